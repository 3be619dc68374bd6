"""Which container a call for a pod's inside is about."""

from __future__ import annotations

from aiohttp import web

from pytest_cloudlab.twin.kubernetes import pod_status as status
from pytest_cloudlab.twin.kubernetes.errors import KubeError
from pytest_cloudlab.twin.kubernetes.kinds import PODS, Object, name_of
from pytest_cloudlab.twin.kubernetes.store import Store

DEFAULT = "kubectl.kubernetes.io/default-container"


def entered(store: Store, request: web.Request) -> tuple[Object, str]:
    """The pod, and the name of the container. Raises `KubeError` 404 or 400."""
    pod = store.get(PODS, request.match_info["namespace"], request.match_info["name"])
    names = [one["name"] for one in pod["spec"]["containers"]]
    told = request.query.get("container", "")
    if not told and len(names) > 1:
        told = (pod["metadata"].get("annotations") or {}).get(DEFAULT, "")
        if not told:
            said = f"a container name must be specified for pod {name_of(pod)}, choose one of: {names}"
            raise KubeError(400, said)
    container = told or names[0]
    if container not in names:
        raise KubeError(400, f"container {container} is not valid for pod {name_of(pod)}")
    return pod, container


def require_running(pod: Object, container: str) -> None:
    """Raises `KubeError` as the node's agent says it."""
    if not pod["spec"].get("nodeName"):
        raise KubeError(400, f"pod {name_of(pod)} does not have a host assigned")
    if not status.runs(pod, container):
        raise KubeError(500, f'container not found ("{container}")')

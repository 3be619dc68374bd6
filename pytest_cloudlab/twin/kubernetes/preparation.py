"""What a pod needs before its containers start: a node, its claims, its images, its network."""

from __future__ import annotations

import asyncio
import contextlib

from pytest_cloudlab.twin.engine import EngineError
from pytest_cloudlab.twin.kubernetes import pod_status as status
from pytest_cloudlab.twin.kubernetes.containers import SANDBOX, Containers
from pytest_cloudlab.twin.kubernetes.events import tell
from pytest_cloudlab.twin.kubernetes.kinds import CLAIMS, PODS, Object, name_of, namespace_of
from pytest_cloudlab.twin.kubernetes.moment import now
from pytest_cloudlab.twin.kubernetes.store import Store

NODE = "twin-node"


class Preparation:
    def __init__(self, store: Store, containers: Containers) -> None:
        self._store = store
        self._containers = containers

    async def prepare(self, pod: Object) -> dict[str, str] | None:
        """The engine's names for the pod's volumes, when all is there; None: not yet, and the pod says so."""
        claims = self._claims(pod)
        missing = [name for name, claim in claims.items() if claim is None]
        if missing:
            self._without_claim(pod, missing[0])
            return None
        there = {name: claim for name, claim in claims.items() if claim is not None}
        if not pod["status"].get("startTime"):
            self._assign(pod)
        try:
            if "podIP" in pod["status"]:  # an earlier process of the twin has seen to the rest
                return await asyncio.to_thread(self._containers.volumes, pod, there)
            for image in {spec["image"]: None for spec in pod["spec"]["containers"]}:
                if not await asyncio.to_thread(self._containers.has_image, image):
                    self._without_image(pod, image)
                    return None
            volumes = await asyncio.to_thread(self._containers.volumes, pod, there)
            await self._connect(pod, volumes)
        except EngineError as error:
            tell(self._store, pod, "FailedCreatePodSandBox", error.message, warning=True)
            return None
        return volumes

    async def reconnect(self, pod: Object, volumes: dict[str, str]) -> None:
        """Give it a network anew where it has lost it, as when the engine was restarted."""
        with contextlib.suppress(EngineError):
            if (await asyncio.to_thread(self._containers.state, pod, SANDBOX)).runs:
                return
        with contextlib.suppress(EngineError):  # it is tried again before the next start
            await self._connect(pod, volumes)

    async def _connect(self, pod: Object, volumes: dict[str, str]) -> None:
        address = await asyncio.to_thread(self._containers.make_sandbox, pod, volumes)
        pod["status"] |= {"podIP": address, "podIPs": [{"ip": address}]}

    def _assign(self, pod: Object) -> None:
        pod["spec"]["nodeName"] = NODE
        pod["status"] |= {"startTime": now(), "hostIP": "127.0.0.1", "hostIPs": [{"ip": "127.0.0.1"}]}
        status.condition(pod, "PodScheduled", True)
        said = f"Successfully assigned {namespace_of(pod)}/{name_of(pod)} to {NODE}"
        tell(self._store, pod, "Scheduled", said, source="default-scheduler")
        status.waiting(pod, "ContainerCreating")
        self._put(pod)

    def _without_claim(self, pod: Object, name: str) -> None:
        said = f'0/1 nodes are available: persistentvolumeclaim "{name}" not found.'
        if not status.says(pod, "PodScheduled", said):
            status.condition(pod, "PodScheduled", False, reason="Unschedulable", message=said)
            tell(self._store, pod, "FailedScheduling", said, warning=True, source="default-scheduler")
            self._store.put(PODS, pod)

    def _without_image(self, pod: Object, image: str) -> None:
        back_off = f'Back-off pulling image "{image}"'
        tell(self._store, pod, "Failed", f'Failed to pull image "{image}": not found', warning=True)
        tell(self._store, pod, "BackOff", back_off)
        for spec in pod["spec"]["containers"]:
            if spec["image"] == image:
                status.waiting(pod, "ImagePullBackOff", back_off, only=spec["name"])
        self._put(pod)

    def _put(self, pod: Object) -> None:
        status.settle(pod)
        self._store.put(PODS, pod)

    def _claims(self, pod: Object) -> dict[str, Object | None]:
        names = [
            one["persistentVolumeClaim"]["claimName"]
            for one in pod["spec"].get("volumes") or ()
            if one.get("persistentVolumeClaim")
        ]
        return {name: self._store.find(CLAIMS, namespace_of(pod), name) for name in names}

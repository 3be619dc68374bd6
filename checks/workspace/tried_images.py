"""A team's own image, run as a workspace: by which pods, and whether its server answers in one of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pytest_cloudlab.checks.workspace.runs import require_cluster
from pytest_cloudlab.checks.workspace.workspace import Workspace
from pytest_cloudlab.clouds.kubernetes import Container, Kubernetes, Pod
from pytest_cloudlab.clouds.registry import Manifest
from pytest_cloudlab.errors import CloudlabError, CouldNotLook, NotFound
from pytest_cloudlab.fixtures.kubernetes import EnterPod
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.webpage import Page, fetch_through

START_S = 60
MOST = 5
"""Pods that are looked into."""
DIGEST = re.compile(r"sha256:[0-9a-f]{64}$")


@dataclass(frozen=True)
class Tried:
    pod: Pod
    container: Container

    @property
    def is_young(self) -> bool:
        """Whether it has only just started, and what is in it may still be about to."""
        begun = self.container.started
        return begun is not None and (datetime.now(UTC) - begun).total_seconds() < START_S

    def runs_the_push(self, pushed: Manifest) -> bool:
        """By the digest of the image or of the index that led to it: a node tells the one that it was asked
        for. Also where it tells none."""
        found = DIGEST.search(self.container.image_id)
        return not found or found[0] in (pushed.digest, pushed.index_digest, pushed.config_digest)


def require_tried(
    cluster: Kubernetes, namespace: str, image: str, pushed: Manifest, measure: Measure
) -> list[Tried]:
    """The containers that run it as it was pushed last. Raises `NotFound` where there is none, and
    `CouldNotLook` where the cluster keeps one from running."""
    found = [
        Tried(pod, one) for pod in cluster.pods(namespace) for one in pod.containers if one.image == image
    ]
    states = {one.pod.name: one.container.reason or one.pod.phase for one in found[:20]}
    measure(image=image, digest=pushed.digest, index=pushed.index_digest, pods=states)
    if not found:
        raise NotFound(f"No pod of {namespace} runs {image}.")
    running = [one for one in found if one.pod.runs and one.container.ready]
    if not running:
        for one in found[:MOST]:
            require_cluster(cluster, one.pod, measure)
        name = found[0].pod.name
        raise NotFound(f"The pod {name} does not run it: {states[name]}.")
    last = [one for one in running if one.runs_the_push(pushed)]
    if not last:
        raise NotFound(
            f"The pod {running[0].pod.name} runs an image that was pushed under that name before.",
            remedy="Create the workspace again, or give each push a tag of its own.",
        )
    return last


def answer(
    tried: list[Tried],
    like: Workspace,
    enter_pod: EnterPod,
    path: str,
    recognised: Callable[[Page], bool],
    server: str,
) -> tuple[str, Page]:
    """The pod, and what its server answers on the port that `like` has: of the first where it is `server`.

    Raises `CouldNotLook` where one could not be asked and no other answers so, else `NotFound`.
    """
    trouble: list[CloudlabError] = []
    for one in tried[:MOST]:
        name, inside = one.pod.name, f"the container {one.container.name} of the pod {one.pod.name}"
        try:
            machine = enter_pod(one.pod.namespace, name, one.container.name, context=like.context)
            with machine.forward(like.port) as url:
                page = fetch_through(machine, url + path, like.port)
        except NotFound:
            silent = f"othing answers on port {like.port} of {inside}"
            trouble.append(CouldNotLook(f"n{silent} yet") if one.is_young else NotFound(f"N{silent}."))
        except CouldNotLook as lost:
            trouble.append(lost)
        else:
            if recognised(page):
                return name, page
            said = f"What answers on port {like.port} of {inside} is not {server} (HTTP {page.status})."
            trouble.append(NotFound(said))
    raise next((one for one in trouble if isinstance(one, CouldNotLook)), trouble[0])

"""A pod made anew, by whatever keeps it up."""

from __future__ import annotations

import time

from pytest_cloudlab.checks.workspace.workspace import Workspace
from pytest_cloudlab.clouds.kubernetes import Kubernetes
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.targets import Target
from pytest_cloudlab.waiting import Deadline, NotYet, until


def restarted(cluster: Kubernetes, one: Workspace, machine: Target, *, within_s: float) -> float:
    """Delete its pod, and wait until another has taken its place; returns how long that took, in seconds.

    Raises `CouldNotLook` for a pod that nothing would make anew: it would be gone for good. Raises
    `TimedOut`, which is one, too, when none has come in time: that is the platform's doing.
    """
    before = one.found(cluster)
    if not before.owner:
        raise CouldNotLook(
            f"nothing would make the pod {before.name} anew, so it was left alone",
            remedy="Stop the workspace and start it again by hand, and see what is still there.",
        )
    machine.close()
    started = time.monotonic()
    cluster.delete_pod(one.namespace, before.name)

    def back(_: Deadline) -> None:
        try:
            pod = one.found(cluster)
        except NotFound as missing:
            raise NotYet(missing.message) from None
        if pod.uid == before.uid:
            raise NotYet("the former pod is still there")
        if not pod.runs or not pod.ready:
            raise NotYet(f"its pod is {pod.phase}")

    until(back, what=f"The workspace {one.name} is back", within_s=within_s)
    return time.monotonic() - started

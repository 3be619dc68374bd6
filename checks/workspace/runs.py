"""What a workspace's pod is held against, whichever server is in it."""

from __future__ import annotations

from contextlib import suppress

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.quantity import quantity
from pytest_cloudlab.checks.workspace.workspace import Workspace, normpath, volume_path
from pytest_cloudlab.clouds.kubernetes import Kubernetes, Pod
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab

NODE_LOST = frozenset({"NodeLost", "NodeStatusUnknown"})
START = "See why on the platform's page of workspaces, under EVENT HISTORY and LOGS."


def require_running(cluster: Kubernetes, one: Workspace, measure: Measure) -> Pod:
    """Its pod, which runs and is ready. Raises `NotFound` where it does not, and `CouldNotLook` where that is
    the cluster's doing: a node that was lost, or none that has room."""
    pod = one.found(cluster)
    waits = [each.reason for each in pod.containers if each.reason]
    measure(pod=pod.name, phase=pod.phase, ready=pod.ready, restarts=pod.restarts, reasons=waits)
    if not pod.runs or not pod.ready:
        require_cluster(cluster, pod, measure)
        why = f" ({waits[0]})" if waits else ""
        raise NotFound(f"The workspace {one.name} does not run: its pod is {pod.phase}{why}.", remedy=START)
    return pod


def require_cluster(cluster: Kubernetes, pod: Pod, measure: Measure) -> None:
    """Raises `CouldNotLook` when it is the cluster that keeps the pod from running, or cannot say."""
    if pod.deleting:
        raise CouldNotLook(f"the pod {pod.name} is being replaced", remedy="Check again in a minute.")
    told = cluster.conditions(pod.namespace, pod.name)
    # Whoever may not see events is told the rest.
    with suppress(CouldNotLook):
        events = cluster.events(pod.namespace, pod.name)
        measure(
            warnings=[f"{one.reason}: {one.message}"[:200] for one in events if one.type == "Warning"][-5:]
        )
    ready, reason = told.by_type.get("Ready", ("", ""))
    if pod.phase == "Unknown" or ready == "Unknown" or NODE_LOST & {told.reason, reason}:
        raise CouldNotLook(
            f"the cluster has lost the node that the pod {pod.name} is on",
            remedy="Wait until it is back, or create the workspace again.",
        )
    if told.by_type.get("PodScheduled", ("", ""))[1] == "Unschedulable":
        raise CouldNotLook(
            f"the cluster has no room for the pod {pod.name} for now",
            remedy="Wait, or ask who runs the platform.",
        )


def require_environment(pod: Pod, one: Workspace, measure: Measure) -> None:
    image = one.main(pod).image
    measure(images=list(pod.images), image=image, environment=one.environment)
    assert image == one.environment, f"Its image is {image[:200]}, expected {one.environment}."


def require_compute(pod: Pod, one: Workspace, lab: Lab, measure: Measure) -> None:
    wanted = {"cpu": lab.parameters.compute.cpu, "memory": lab.parameters.compute.memory}
    asked = dict(one.main(pod).requests)
    measure(requests=asked, expected=wanted)
    for name, value in wanted.items():
        found = asked.get(name, "")
        assert quantity(found) == quantity(value), (
            f"It asks for {found or 'no'} {name}, the compute resource has {value}."
        )


def require_claim(cluster: Kubernetes, one: Workspace, assignment: Assignment, measure: Measure) -> str:
    """Where the project's claim is mounted in its pod, which is where it has to be."""
    volume = assignment.lab.parameters.volume
    name, path = assignment.fill(volume.claim), volume_path(assignment)
    pod = one.found(cluster)
    mounted = {key: [normpath(each) for each in paths] for key, paths in pod.claims.items()}
    measure(claims=mounted, expected={name: path})
    others = ", ".join(mounted) or "none"
    assert name in mounted, f"The volume {name} is not mounted in it; mounted are: {others}."
    where = mounted[name]
    assert path in where, f"The volume {name} is mounted at {where[0][:200]}, expected {path}."
    read_only = [
        mount.path for mount in one.main(pod).mounts if normpath(mount.path) == path and mount.read_only
    ]
    assert not read_only, f"The volume {name} is mounted for reading only."
    claim = cluster.claim(one.namespace, name)
    measure(phase=claim.phase, capacity=claim.capacity, access_modes=list(claim.access_modes))
    if claim.phase != "Bound":
        raise CouldNotLook(f"the volume {name} is {claim.phase}: the cluster has no storage for it yet")
    return path

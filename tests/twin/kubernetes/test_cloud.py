"""What checks ask of a cluster, asked of the twin's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_cloudlab.clouds.kubernetes import Kubernetes, Pod
from pytest_cloudlab.errors import CouldNotLook, Forbidden, NotFound, Unreachable
from pytest_cloudlab.targets import open_target
from pytest_cloudlab.twin.faults import Fault, Faults
from pytest_cloudlab.twin.state import Files, TwinInfo
from pytest_cloudlab.waiting import Deadline, NotYet, until
from tests.twin.kubernetes.conftest import NAMESPACE, Kubectl, claim, workspace

pytestmark = [pytest.mark.docker, pytest.mark.kubectl]

POD = "bob-vscode-0"


@pytest.fixture(scope="module")
def _workspace(kubectl: Kubectl) -> Iterator[None]:
    kubectl.create(claim("bob-pvc"), workspace("bob-vscode", "bob-pvc"))
    kubectl.ready(POD)
    yield
    kubectl.say("-n", NAMESPACE, "delete", "sts", "bob-vscode", "--wait=false")


@pytest.fixture
def cluster(_workspace: None, through_twin: TwinInfo) -> Kubernetes:
    return Kubernetes(deadline_s=10)


def test_a_workspace_is_described(cluster: Kubernetes) -> None:
    """Its pod, its claim, what happened to it and what it wrote."""
    pod = cluster.pod(NAMESPACE, POD)
    assert (pod.runs, pod.ready, pod.owner, pod.node) == (True, True, "StatefulSet/bob-vscode", "twin-node")
    assert (pod.claims, pod.privileged) == ({"bob-pvc": ("/bob-pvc",)}, True)
    assert pod.host_paths == ("/var/run/docker.sock",)
    assert [one.name for one in cluster.pods(NAMESPACE, labels="release=bob-vscode")] == [POD]
    claim = cluster.claim(NAMESPACE, "bob-pvc")
    assert (claim.phase, claim.capacity, claim.access_modes) == ("Bound", "10Gi", ("ReadWriteMany",))
    assert cluster.conditions(NAMESPACE, POD).by_type["Ready"][0] == "True"
    assert "Started" in [one.reason for one in cluster.events(NAMESPACE, POD)]
    assert cluster.logs(NAMESPACE, POD) == "started\n"
    assert cluster.logs(NAMESPACE, POD, max_bytes=3) == "sta"


def test_what_is_not_there_and_what_cannot_be_seen(cluster: Kubernetes, through_twin: TwinInfo) -> None:
    """Only the first of them is somebody's doing."""
    with pytest.raises(NotFound):
        cluster.pod(NAMESPACE, "none")
    with pytest.raises(NotFound):
        cluster.claim(NAMESPACE, "none")
    with pytest.raises(Forbidden):
        cluster.pods("kube-system")
    with pytest.raises(CouldNotLook, match="has no namespace"):
        cluster.pod("runai-other", POD)
    faults = Faults(Files(through_twin.state).faults)
    try:
        faults.add(Fault("status", "kubernetes", "503"))
        with pytest.raises(Unreachable):
            Kubernetes(deadline_s=1).pod(NAMESPACE, POD)
    finally:
        faults.clear("kubernetes")


def test_a_pod_restarts_under_its_name(cluster: Kubernetes) -> None:
    """As another pod; whoever was in it is told that it was lost, and gets in again."""
    before = cluster.pod(NAMESPACE, POD)
    with open_target(f"kube://{NAMESPACE}/{POD}") as inside:
        assert inside.run("hostname").text == POD
        cluster.delete_pod(NAMESPACE, POD)

        def back(_: Deadline) -> Pod:
            try:
                pod = cluster.pod(NAMESPACE, POD)
            except NotFound:
                raise NotYet("there is none") from None
            if pod.uid == before.uid or not pod.ready:
                raise NotYet(f"it is {pod.phase}")
            return pod

        until(back, what=POD, within_s=30)
        assert inside.run("hostname").text == POD

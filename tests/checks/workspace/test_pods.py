"""What a workspace's pod is held against, with pods that are made up."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_cloudlab.checks.workspace import test_300_docker as docker
from pytest_cloudlab.checks.workspace.runs import (
    require_claim,
    require_compute,
    require_environment,
    require_running,
)
from pytest_cloudlab.checks.workspace.workspace import own_folder, volume_path, workspace
from pytest_cloudlab.clouds.kubernetes import Conditions, Event, Mount
from pytest_cloudlab.errors import CouldNotLook, NotFound
from tests.checks.workspace.stubs import Cluster, Machine, Measured, alice, container, pod, said

VSCODE = workspace(alice(), "vscode")
JUPYTERLAB = "alice-jupyterlab-0-0"


def test_a_pod_that_runs_is_given_back() -> None:
    assert require_running(Cluster(pod()), VSCODE, Measured()).name == "alice-vscode-0-0"


@pytest.mark.parametrize(
    ("told", "more"),
    [
        (Conditions("", {"Ready": ("Unknown", "")}), {"ready": False}),
        (Conditions("", {"Ready": ("False", "NodeStatusUnknown")}), {"ready": False}),
        (Conditions("", {}), {"phase": "Unknown", "ready": False}),
        (Conditions("NodeLost", {"Ready": ("False", "")}), {"ready": False}),
        (Conditions("", {"PodScheduled": ("False", "Unschedulable")}), {"phase": "Pending", "ready": False}),
    ],
)
def test_a_lost_node_and_a_full_cluster_are_nobody_s_fault(told: Conditions, more: dict[str, Any]) -> None:
    with pytest.raises(CouldNotLook, match="the cluster has"):
        require_running(Cluster(pod(**more), told=told), VSCODE, Measured())


def test_a_pod_that_does_not_start_is_missing_and_its_events_are_kept() -> None:
    one = pod("alice-vscode-0-0", container(reason="ImagePullBackOff"), phase="Pending", ready=False)
    told = Conditions("", {"PodScheduled": ("True", ""), "Ready": ("False", "ContainersNotReady")})
    events = [Event("Normal", "Scheduled", ""), Event("Warning", "Failed", "no such image")]
    measured = Measured()
    with pytest.raises(NotFound, match="ImagePullBackOff"):
        require_running(Cluster(one, told=told, events=events), VSCODE, measured)
    assert measured["warnings"] == ["Failed: no such image"]


def test_a_container_beside_the_workspace_has_neither_its_environment_nor_its_resource() -> None:
    """The one that asks for most is the workspace, unless the roster names another."""
    sidecar = container("sidecar", VSCODE.environment, requests={"cpu": "100m"})
    main = container("main", "another:1", requests={"cpu": "2", "memory": "4Gi"})
    one = pod("alice-vscode-0-0", sidecar, main)
    with pytest.raises(AssertionError, match="another:1"):
        require_environment(one, VSCODE, Measured())
    require_compute(one, VSCODE, alice().lab, Measured())
    named = workspace(alice(vscode="kube://runai-sdd/alice-vscode-0-0/sidecar"), "vscode")
    require_environment(one, named, Measured())
    with pytest.raises(AssertionError, match="100m"):
        require_compute(one, named, alice().lab, Measured())


@pytest.mark.parametrize("path", ["/sdd-pvc", "/sdd-pvc/", "//sdd-pvc"])
def test_a_path_may_be_spelt_in_several_ways(path: str) -> None:
    """By who made the pod, and by who wrote the roster."""
    for one in (alice(), alice(volume={"path": f"{path}"})):
        mounted = pod("alice-vscode-0-0", container(mounts=(Mount(path, "data", "sdd-pvc"),)))
        assert require_claim(Cluster(mounted), VSCODE, one, Measured()) == "/sdd-pvc"
        assert (volume_path(one), own_folder(one)) == ("/sdd-pvc", "/sdd-pvc/workspaces/alice")


def test_a_volume_that_cannot_be_written_to_is_told() -> None:
    mount = Mount("/sdd-pvc/", "data", "sdd-pvc", read_only=True)
    with pytest.raises(AssertionError, match="reading only"):
        require_claim(
            Cluster(pod("alice-vscode-0-0", container(mounts=(mount,)))), VSCODE, alice(), Measured()
        )


def test_a_claim_without_storage_is_nobody_s_fault() -> None:
    mounted = pod("alice-vscode-0-0", container(mounts=(Mount("/sdd-pvc", "data", "sdd-pvc"),)))
    with pytest.raises(CouldNotLook, match="no storage"):
        require_claim(Cluster(mounted, claims="Pending"), VSCODE, alice(), Measured())


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/var/run/docker.sock", True),
        ("/var/run/", True),
        ("//run", True),
        ("/", True),
        ("/run/containerd", True),
        ("/run/k3s/", True),
        ("/srv/podman.sock", True),
        ("/var/run/../run/crio", True),
        ("/var/lib/data", False),
        ("/runs", False),
    ],
)
def test_a_path_of_the_node_leads_to_its_engine(path: str, leads: bool) -> None:
    """Or to a folder above: with that one has it, too."""
    assert docker.leads_to_an_engine(path) is leads
    cluster, measured = Cluster(pod(host_paths=(path,))), Measured()
    if leads:
        with pytest.raises(AssertionError, match="of its node"):
            docker.test_no_docker_socket_is_in_a_workspace(
                cluster, cluster, Machine(said()), alice(), measured
            )
    else:
        docker.test_no_docker_socket_is_in_a_workspace(cluster, cluster, Machine(said()), alice(), measured)


def test_a_socket_inside_a_workspace_is_found() -> None:
    """However it came there."""
    cluster = Cluster(pod())
    with pytest.raises(AssertionError, match=r"There is /run/podman/podman\.sock"):
        docker.test_no_docker_socket_is_in_a_workspace(
            cluster, cluster, Machine(said("/run/podman/podman.sock\n")), alice(), Measured()
        )
    with pytest.raises(CouldNotLook, match="no find"):
        docker.test_no_docker_socket_is_in_a_workspace(
            cluster, cluster, Machine(said("", 127)), alice(), Measured()
        )


@pytest.mark.parametrize("name", ["alice-vscode-0-0", JUPYTERLAB])
def test_neither_workspace_may_share_its_node_s_namespaces(name: str) -> None:
    pods = {one: pod(one) for one in ("alice-vscode-0-0", JUPYTERLAB)}
    cluster = Cluster(*(pods | {name: pod(name, host_namespaces=("pid",))}).values())
    with pytest.raises(AssertionError, match=f"{name} shares its node's pid"):
        docker.test_no_workspace_is_privileged(cluster, cluster, alice(), Measured())


def test_without_a_workspace_there_is_nothing_to_judge() -> None:
    """Only JupyterLab's may be missing."""
    measured = Measured()
    docker.test_no_workspace_is_privileged(Cluster(pod()), Cluster(), alice(), measured)
    assert measured["workspaces"] == ["alice-vscode-0-0"]
    other = Cluster(pod(JUPYTERLAB))
    with pytest.raises(NotFound, match="no workspace alice-vscode"):
        docker.test_no_workspace_is_privileged(other, other, alice(), Measured())


def test_a_roster_may_name_a_pod_its_container_and_its_cluster() -> None:
    """For each workspace of its own."""
    one = alice("kube://runai-sdd/dev-0/editor?context=arn:aws:eks:eu:1:cluster/course", "kube://other/lab-0")
    vscode, jupyterlab = workspace(one, "vscode"), workspace(one, "jupyterlab")
    assert (vscode.namespace, vscode.pod, vscode.container, vscode.context) == (
        "runai-sdd", "dev-0", "editor", "arn:aws:eks:eu:1:cluster/course",
    )  # fmt: skip
    assert (jupyterlab.namespace, jupyterlab.pod, jupyterlab.container, jupyterlab.context) == (
        "other", "lab-0", "", "",
    )  # fmt: skip


def test_a_workload_s_pod_is_called_as_the_platform_calls_it() -> None:
    """It is entered by Run:ai, and looked up under the name of its pod."""
    address = "kube://runai-sdd/my-editor?via=runai"
    one = workspace(alice(address), "vscode")
    assert (one.namespace, one.pod, one.target) == ("runai-sdd", "my-editor-0-0", address)


def test_a_log_is_that_of_the_container_which_the_roster_names() -> None:
    asked: list[str] = []

    class Logs(Cluster):
        def logs(self, namespace: str, pod: str, *, container: str = "", max_bytes: int = 0) -> str:
            asked.append(container)
            return ""

    workspace(alice(jupyterlab="kube://runai-sdd/lab-0/jupyter"), "jupyterlab").log(Logs())
    assert asked == ["jupyter"]

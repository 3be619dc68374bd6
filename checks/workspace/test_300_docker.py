"""Using Docker within Kubernetes."""

from contextlib import suppress

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.workspace import normpath, within, workspace
from pytest_cloudlab.clouds.kubernetes import Kubernetes, Pod
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("3")

SOCKETS = ("docker.sock", "containerd.sock", "crio.sock", "podman.sock", "cri-dockerd.sock", "buildkitd.sock")
ENGINES = (
    "/run/docker.sock",
    "/run/cri-dockerd.sock",
    "/run/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/podman/podman.sock",
    "/run/buildkit/buildkitd.sock",
)
"""Where nodes have them: below /var/run, too, which leads there."""
FIND = (
    "command -v find >/dev/null || exit 127; "
    "for it in /var/run /run; do find $it -maxdepth 3 -type s -name '*.sock' 2>/dev/null; done | head -n 50"
)


@pytest.mark.outcome(points=1, needs="test_vscode_workspace_runs")
def test_no_docker_socket_is_in_a_workspace(
    cluster: Kubernetes,
    jupyterlab_cluster: Kubernetes,
    vscode_pod: Target,
    assignment: Assignment,
    measure: Measure,
) -> None:
    """No workspace of yours has the Docker socket of its node.

    Who has it is root on the node, and on all that runs there: create the workspace again without it, and
    build images on your own machine.
    """
    asked = {
        pod.name: [path for path in pod.host_paths if leads_to_an_engine(path)]
        for pod in _workspaces(cluster, jupyterlab_cluster, assignment)
    }
    said = vscode_pod.run(FIND)
    if not said.ok:
        raise CouldNotLook("there is no find in the VS Code workspace to look for sockets with")
    inside = [line for line in said.text.splitlines() if line.endswith(SOCKETS)]
    measure(host_paths=asked, sockets_inside=inside)
    for name, paths in asked.items():
        assert not paths, f"The pod {name} has {paths[0]} of its node."
    assert not inside, f"There is {inside[0]} in your VS Code workspace: an engine's socket."


@pytest.mark.outcome(points=1, needs="test_vscode_workspace_runs")
def test_no_workspace_is_privileged(
    cluster: Kubernetes, jupyterlab_cluster: Kubernetes, assignment: Assignment, measure: Measure
) -> None:
    """No workspace of yours is privileged.

    Docker in a pod needs privileges that open the node to whoever is in it: create the workspace again
    without them, and build images on your own machine.
    """
    pods = _workspaces(cluster, jupyterlab_cluster, assignment)
    privileged = [pod.name for pod in pods if pod.privileged]
    shared = {pod.name: list(pod.host_namespaces) for pod in pods if pod.host_namespaces}
    measure(workspaces=[pod.name for pod in pods], privileged=privileged, host_namespaces=shared)
    assert not privileged, f"The pod {privileged[0]} has a privileged container."
    assert not shared, (
        f"The pod {next(iter(shared))} shares its node's {next(iter(shared.values()))[0]} namespace."
    )


def leads_to_an_engine(path: str) -> bool:
    """Whether that path of the node is an engine's socket, or a folder above one."""
    spelt = normpath(path)
    if spelt.endswith(SOCKETS):
        return True
    return any(within(f"{root}{socket}", spelt) for root in ("", "/var") for socket in ENGINES)


def _workspaces(cluster: Kubernetes, jupyterlab_cluster: Kubernetes, one: Assignment) -> list[Pod]:
    """The member's pods. That there is no JupyterLab is another check's; without VS Code's, there would be
    nothing to judge. Raises `NotFound` then."""
    found = [workspace(one, "vscode").found(cluster)]
    with suppress(NotFound):
        found.append(workspace(one, "jupyterlab").found(jupyterlab_cluster))
    return found

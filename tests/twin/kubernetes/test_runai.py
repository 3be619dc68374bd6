"""The twin's stand-in for runai, and a workspace entered through it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from pytest_cloudlab.targets import Lost, open_target
from pytest_cloudlab.twin.state import TwinInfo
from tests.twin.kubernetes.conftest import NAMESPACE, Kubectl, claim, workspace

pytestmark = [pytest.mark.docker, pytest.mark.kubectl]


@pytest.fixture(scope="module")
def _workspace(kubectl: Kubectl) -> Iterator[None]:
    kubectl.create(claim("carol-pvc"), workspace("carol-jupyterlab", "carol-pvc"))
    kubectl.ready("carol-jupyterlab-0")
    yield
    kubectl.say("-n", NAMESPACE, "delete", "sts", "carol-jupyterlab", "--wait=false")


def runai(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ("runai", *args), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )


@pytest.mark.usefixtures("_workspace", "through_twin")
def test_the_commands_of_the_page() -> None:
    """`runai exec` and `runai logs`, with a workspace's name and its project."""
    done = runai("exec", "carol-jupyterlab", "-p", "sdd", "--", "sh", "-c", "hostname; exit 4")
    assert (done.returncode, done.stdout) == (4, "carol-jupyterlab-0\n")
    assert runai("logs", "carol-jupyterlab", "-p", "sdd").stdout == "started\n"
    assert runai("logs", "-p", "sdd", "--tail", "1", "carol-jupyterlab").stdout == "started\n"
    for words, said in (
        (("exec", "nobody", "-p", "sdd", "--", "true"), "not found in project sdd"),
        (("exec", "carol-jupyterlab", "--", "true"), "-p/--project"),
        (("submit", "x"), "knows exec and logs only"),
    ):
        refused = runai(*words)
        assert (refused.returncode, said in refused.stderr) != (0, False)


@pytest.mark.usefixtures("_workspace")
def test_a_workspace_is_entered_through_runai(through_twin: TwinInfo) -> None:
    """As any other target; one that is not there is told apart."""
    with open_target(f"kube://{NAMESPACE}/carol-jupyterlab?via=runai") as inside:
        assert inside.run("cat; exit 3", stdin=b"a\0b").stdout == b"a\0b"
        assert inside.check("hostname") == "carol-jupyterlab-0"
        inside.write("/carol-pvc/x", b"1")
        assert inside.read("/carol-pvc/x") == b"1"
    with open_target(f"kube://{NAMESPACE}/nobody?via=runai") as nobody, pytest.raises(Lost) as caught:
        nobody.run("true")
    assert caught.value.reason == "gone"

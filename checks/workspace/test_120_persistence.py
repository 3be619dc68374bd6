"""Persistent workspaces."""

import secrets
from contextlib import suppress

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.restart import restarted
from pytest_cloudlab.checks.workspace.runs import require_claim
from pytest_cloudlab.checks.workspace.workspace import Workspace, own_folder, volume_path
from pytest_cloudlab.clouds.kubernetes import Kubernetes
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("1.2")

MOUNTED = "awk -v path=%s '$5 == path {found = 1} END {exit !found}' /proc/self/mountinfo"


@pytest.mark.outcome(points=2, needs="test_vscode_workspace_runs")
def test_volume_is_mounted_in_vscode(
    cluster: Kubernetes, vscode: Workspace, vscode_pod: Target, assignment: Assignment, measure: Measure
) -> None:
    """The project's volume is mounted where its name says.

    Without it, all that you write is lost with the pod: create the workspace again, and choose the data
    source that the page names.
    """
    path = require_claim(cluster, vscode, assignment, measure)
    mounted = vscode_pod.run(MOUNTED, path).ok
    measure(mounted=mounted)
    assert mounted, f"The pod's specification names {path}, and nothing is mounted there in the pod."


@pytest.mark.outcome(points=1, needs="test_volume_is_mounted_in_vscode")
def test_own_folder_is_on_the_volume(vscode_pod: Target, assignment: Assignment, measure: Measure) -> None:
    """You have a folder of your own on the volume.

    Make it in the volume's folder of workspaces, with your own name, and work in there.
    """
    folder = own_folder(assignment)
    parent = folder.rpartition("/")[0]
    there, real, writable, others = vscode_pod.run_many(
        [
            ("test -d %s", folder),
            ("readlink -f -- %s", folder),
            ("test -w %s", folder),
            ("ls -1 -- %s | head -n 50", parent),
        ],
        max_bytes=64_000,
    )
    measure(folder=folder, there=there.ok, leads_to=real.text[:200], beside_it=others.text.splitlines()[:50])
    assert there.ok, f"There is no folder {folder}."
    volume = volume_path(assignment)
    assert real.text.startswith(f"{volume}/"), (
        f"{folder} leads to {real.text[:200]}, which is not on the volume."
    )
    assert writable.ok, f"You may not write into {folder}."


@pytest.mark.outcome(points=2, needs="test_own_folder_is_on_the_volume", acts=True)
def test_work_survives_a_restart(
    cluster: Kubernetes, vscode: Workspace, vscode_pod: Target, assignment: Assignment, measure: Measure
) -> None:
    """What is in your folder survives a restart of the pod, and what is in the home directory does not.

    The check writes a file into each, has the pod made anew, and looks for them. Whatever else is in the home
    directory is lost by that, as it is with every restart: settings, extensions, the password.
    """
    parameters = assignment.lab.parameters
    name, content = f".cloudlab-{secrets.token_hex(8)}", secrets.token_hex(16)
    kept, lost = f"{own_folder(assignment)}/{name}", f"{parameters.vscode.home}/{name}"
    try:
        for path in (kept, lost):
            if not vscode_pod.run("printf %%s %s > %s", content, path).ok:
                raise CouldNotLook(f"no file can be written at {path}")
        took_s = restarted(cluster, vscode, vscode_pod, within_s=parameters.platform.restart_minutes * 60)
        survived, forgotten = vscode_pod.run_many([("cat -- %s", kept), ("test ! -e %s", lost)])
        measure(restarted_after_s=round(took_s, 1), survived=survived.text == content, home_lost=forgotten.ok)
    finally:
        # What has gone wrong is told, not that the file could not be removed for it.
        with suppress(CouldNotLook):
            vscode_pod.run("rm -f -- %s %s", kept, lost)
    assert survived.text == content, f"A file in {own_folder(assignment)} was lost with the pod."
    assert forgotten.ok, (
        f"A file in {parameters.vscode.home} outlived the pod: the home directory lies on a volume, too. "
        "Nothing is lost, but the workspace is not the agreed one."
    )

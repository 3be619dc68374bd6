"""Git from VS Code."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.clones import clones
from pytest_cloudlab.checks.workspace.private_keys import private_keys
from pytest_cloudlab.checks.workspace.settings import HANDLER, read_settings
from pytest_cloudlab.checks.workspace.workspace import own_folder, volume_path
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("1.3")

SHARED = "the volume is shared with your whole team"


@pytest.mark.outcome(points=1, needs="test_vscode_workspace_runs")
def test_git_authentication_handler_is_off(vscode_pod: Target, lab: Lab, measure: Measure) -> None:
    """VS Code's Git authentication handler is off.

    In the settings (Ctrl+,), search for "git terminal authentication", and remove the tick.
    """
    parameters = lab.parameters.vscode
    settings = read_settings(vscode_pod, f"{parameters.home}/{parameters.settings}")
    measure(**{HANDLER: settings.get(HANDLER)})
    assert settings.get(HANDLER, True) is False, (
        f"{HANDLER} is on: git in the terminal asks VS Code, not you, who you are."
    )


@pytest.mark.outcome(points=2, needs="test_own_folder_is_on_the_volume")
def test_repository_is_cloned_over_https(
    vscode_pod: Target, assignment: Assignment, measure: Measure
) -> None:
    """Your repository is cloned into your folder, over HTTPS.

    Clone it again with the address that begins with https://, or change that of the clone you have:
    `git remote set-url origin https://…`.
    """
    wanted = assignment.lab.parameters.repository
    folder = own_folder(assignment)
    found = clones(vscode_pod, folder, wanted.depth)
    measure(clones={one.folder: one.shown for one in found[:20]})
    mine = [one for one in found if one.is_of(wanted.url)]
    if not mine and not all(one.read for one in found):
        raise CouldNotLook(f"git cannot read the settings of each clone in {folder}")
    others = "; ".join(one.shown for one in found[:5])
    assert mine, f"There is no clone of {wanted.url} in {folder}" + (
        f"; there is {others}." if others else "."
    )
    for one, remote in ((clone, remote) for clone in mine for remote in clone.remotes):
        assert not remote.over_ssh, (
            f"{one.folder} has the remote {remote.shown}. That needs an SSH key in the workspace, and "
            f"{SHARED}: everybody in it could use the key."
        )
        assert not remote.secrets, (
            f"The remote of {one.folder} has a password or token in its address, and {SHARED}: everybody in "
            "it could use it."
        )
        assert remote.over_https or not remote.same_repository(wanted.url), (
            f"{one.folder} has the remote {remote.shown}, expected {wanted.url}."
        )


@pytest.mark.outcome(points=2, needs="test_own_folder_is_on_the_volume")
def test_no_private_key_is_on_the_volume(
    vscode_pod: Target, assignment: Assignment, measure: Measure
) -> None:
    """No private key of yours is on the volume.

    Whoever has a key is its owner, for all that asks for it: delete the file, and take the key out of the
    account that it was made for.
    """
    found = private_keys(vscode_pod, volume_path(assignment), own_folder(assignment))
    measure(keys=list(found.own), keys_of_others=found.others, rest_of_the_volume=found.rest)
    assert not found.own, (
        f"There is a private key at {found.own[0]}, and {SHARED}: everybody in it could use the key."
    )

"""1.1 Create your codespace and connect to it."""

import re

import pytest

from pytest_cloudlab.clouds.codespace import Codespace
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.codespaces import told_name
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.gh import GH
from pytest_cloudlab.targets.lost import Lost

pytestmark = pytest.mark.step("1.1")

MINUTES_A_DAY = 24 * 60
ORIGIN = re.compile(
    r"(?:https://(?:[^@/]+@)?|ssh://git@|git@)github\.com[:/](?P<name>[^/]+/[^/]+?)(?:\.git)?/?"
)

# A login through gh need not have the variables that a terminal in the browser has.
WHO = """
[ "$CODESPACES" = true ] || [ -d /workspaces/.codespaces ] && echo inside || echo elsewhere
printf "%s\\n" "$CODESPACE_NAME"
"""
NO_CLONE = re.compile(r"not a git repository|No such remote|cannot change to")
"""As git says it in English."""


@pytest.mark.outcome(points=1)
def test_codespace_can_be_entered(request: pytest.FixtureRequest, measure: Measure) -> None:
    """Your codespace is there, and can be entered.

    Open the repository's page and choose Code, then "Create codespace on main". One that is stopped starts
    at https://github.com/codespaces.
    """
    try:
        codespace: Target = request.getfixturevalue("codespace")
        told = codespace.run(WHO).text.splitlines()
    except Lost as lost:
        measure(reason=lost.reason)
        if lost.reason == "stopped":  # GitHub's own word, and starting it is the student's to do
            raise NotFound(lost.message, remedy=lost.remedy) from None
        raise
    where, name = (*told, "", "")[:2]
    measure(name=(name or told_name(codespace.address))[:100])
    # What gh leads into is one, by GitHub's own word.
    assert where == "inside" or codespace.address.startswith(GH), (
        "This machine is no codespace: CODESPACES is not set in it, and it has no /workspaces/.codespaces."
    )


@pytest.mark.outcome(points=1, needs="test_codespace_can_be_entered")
def test_repository_is_checked_out(codespace: Target, lab: Lab, measure: Measure) -> None:
    """The course's repository is checked out in it.

    A codespace belongs to the repository that it was created from: create another one on the right page.
    """
    wanted = lab.parameters.codespace
    # The folder may belong to another user than the one who looks.
    asked = "LC_ALL=C git -c safe.directory='*' -C %s remote get-url origin"
    found = codespace.run(asked, wanted.workspace)
    measure(origin=found.text[:200])
    if not found.ok:
        assert not NO_CLONE.search(found.error_text), (
            f"There is no clone of {wanted.repository} at {wanted.workspace}."
        )
        said = (found.error_text.splitlines() or [f"exit status {found.exit_status}"])[-1][:300]
        raise CouldNotLook(f"git does not tell what {wanted.workspace} is a clone of: {said}")
    origin = ORIGIN.fullmatch(found.text.strip())
    name = origin["name"] if origin else found.text.strip()[:100]
    assert name.lower() == wanted.repository.lower(), (
        f"{wanted.workspace} is a clone of {name}, expected {wanted.repository}."
    )


@pytest.mark.outcome(points=1)
def test_github_made_it_of_the_repository(github_codespace: Codespace, lab: Lab, measure: Measure) -> None:
    """GitHub lists it as a codespace of the course's repository.

    Create it on that repository's page, on the branch that the hands-on names.
    """
    wanted, found = lab.parameters.codespace, github_codespace
    measure(
        name=found.name,
        state=found.state,
        machine=found.machine,
        repository=found.repository,
        branch=found.ref,
        created=found.created.isoformat() if found.created else None,
        last_used=found.last_used.isoformat() if found.last_used else None,
    )
    assert found.repository.lower() == wanted.repository.lower(), (
        f"It was made of {found.repository}, expected {wanted.repository}."
    )
    assert found.ref in ("", wanted.branch), f"{found.ref} is checked out in it, expected {wanted.branch}."


@pytest.mark.outcome(points=1, at_most={"idle_timeout_minutes": "codespace.idle_timeout_minutes"})
def test_forgotten_codespace_costs_little(github_codespace: Codespace, lab: Lab, measure: Measure) -> None:
    """A forgotten codespace stops by itself, and is deleted in the end.

    Lower both times under https://github.com/settings/codespaces and create the codespace again: they are
    fixed when it is created.
    """
    days = lab.parameters.codespace.retention_days
    idle, kept = github_codespace.idle_timeout_minutes, github_codespace.retention_period_minutes
    measure(idle_timeout_minutes=idle, retention_period_minutes=kept)
    assert idle is not None, "GitHub names no idle timeout for it."
    assert kept is None or kept <= days * MINUTES_A_DAY, (
        f"Stopped, it is kept for {kept / MINUTES_A_DAY:.1f} days, expected {days} at most."
    )

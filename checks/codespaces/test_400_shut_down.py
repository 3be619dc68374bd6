"""4 Shut everything down."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.codespaces import Codespaces
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.codespaces import shown_to_its_owner
from pytest_cloudlab.fixtures.recording import Measure, Recall

pytestmark = pytest.mark.step("4")

SHOWN = "test_github_made_it_of_the_repository"


@pytest.mark.outcome(points=2, needs="test_codespace_can_be_entered", holds="at_end")
def test_codespace_is_shut_down(
    github: Codespaces, assignment: Assignment, recall: Recall, measure: Measure
) -> None:
    """Your codespace is stopped or deleted.

    Stop it at https://github.com/codespaces, or with `gh codespace stop`; a stopped one still costs its disk.
    """
    name = recall("test_codespace_can_be_entered").get("name")
    if not name:
        raise CouldNotLook("the codespace that was entered did not say its name")
    try:
        with shown_to_its_owner(assignment, name):
            found = github.get(name)
    except NotFound:
        if recall(SHOWN).get("name") != name:
            raise CouldNotLook(
                f"GitHub has no codespace {name}, and never showed it to this account: it may be another's",
                remedy="`gh auth status` says whose account this is.",
            ) from None
        measure(name=name, state="deleted")
        return
    measure(name=name, state=found.state)
    if found.state == "ShuttingDown":
        raise CouldNotLook(f"the codespace {name} is shutting down", remedy="Check again in a minute.")
    assert not found.runs, f"The codespace {name} runs on: GitHub says {found.state}."

"""What was measured of the other members' models: of those who passed, and of this lab."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.codespaces.classmates import weights_of_others
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Course, Member, Observation, Roster, Team, Verdict

CHECK = "test_model_is_trained"
BOB, ALICE, EVE = Member("bob", "Bob"), Member("alice", "Alice"), Member("eve", "Eve")
TEAMS = (Team("comet", (BOB,)), Team("rocket", (ALICE, EVE)))
LAB = load_lab(find_lab("codespaces"))


def seen(
    team: str, member: str, weights: str, verdict: Verdict = Verdict.PASSED, check: str = CHECK
) -> Observation:
    measured = {"weights_sha256": weights} if weights else {}
    return Observation(LAB.id, team, member, check, verdict, "", datetime.now(UTC), 0.1, measured=measured)


def test_those_of_who_passed_count(tmp_path: Path) -> None:
    """The last of each, from every team, and nobody's own; who has left the roster is known by id."""
    file = tmp_path / "journal.sqlite"
    journal = Journal(file)
    for one in (
        seen("comet", "bob", "first"),
        seen("comet", "bob", "last"),
        seen("comet", "bob", "copied", Verdict.FAILED),
        seen("comet", "bob", "another check's", check="test_model_is_saved"),
        seen("rocket", "eve", "copied", Verdict.FAILED),
        seen("rocket", "alice", "mine"),
        seen("rocket", "gone", "theirs"),
        seen("comet", "alice", "a namesake's"),
    ):
        journal.append(one)
    journal.close()
    alice = Assignment(LAB, Roster(Course(), TEAMS), TEAMS[1], ALICE)
    assert weights_of_others(file, alice, CHECK) == {
        "Bob": "last",
        "gone": "theirs",
        "alice": "a namesake's",
    }

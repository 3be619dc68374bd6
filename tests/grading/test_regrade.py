"""Grades worked out anew: from the journal alone, and only by what has changed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.bounds import Bound
from pytest_cloudlab.grading.overrides import Override
from pytest_cloudlab.grading.regrade import Regrading, regrade
from pytest_cloudlab.journal import Journal, open_journal
from pytest_cloudlab.model import Check, Lab, Observation, Roster, Verdict
from pytest_cloudlab.roster import load_roster
from tests.labs import write_lab, write_roster

PASSED, FAILED, BLOCKED = Verdict.PASSED, Verdict.FAILED, Verdict.BLOCKED
LONG = Check("test_long", "Your rope is long", "", "1", 2, bounds=(Bound("m", "at_least", "rope.m", 2.5),))
TIED = Check("test_tied", "Your knot holds", "", "1.1", 3, needs=("test_long",))
BACK = Check("test_back", "The rope is back", "", "2", needs=("test_long",), holds="at_end")
CHECKS = (LONG, TIED, BACK)
LOWER = replace(LONG, bounds=(replace(LONG.bounds[0], limit=2.0),))


@pytest.fixture
def course(tmp_path: Path) -> tuple[Lab, Roster]:
    return load_roster(write_roster(tmp_path, write_lab(tmp_path, {})))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Alice's rope was too short, so her knot was not looked at; Bob's was long enough."""
    with contextlib.closing(open_journal(tmp_path / "data")) as journal:
        run = journal.start_run("knots", CHECKS)
        for member, length in (("alice", 2.2), ("bob", 2.6)):
            missed = () if length >= 2.5 else ("m",)
            journal.append(
                seen(run, member, LONG, FAILED if missed else PASSED, measured={"m": length}, missed=missed),
                seen(run, member, TIED, *((BLOCKED, "test_long") if missed else (FAILED, ""))),
            )
        yield journal


def seen(run: str, member: str, check: Check, verdict: Verdict, waits: str = "", **more: Any) -> Observation:
    return Observation(
        "knots", "sailors", member, check.name, verdict, "", datetime.now(UTC), 0.1, waits_for=waits, run=run,
        **more,
    )  # fmt: skip


def changed(regrading: Regrading) -> dict[str, list[tuple[str, str | None, str | None, float, str]]]:
    return {
        one.after.member.id: [
            (change.check.name, change.before, change.after, change.points, change.why)
            for change in one.changes
        ]
        for one in regrading.members
        if one.changes
    }


def test_nothing_changed_changes_nothing(course: tuple[Lab, Roster], journal: Journal) -> None:
    """And leaves nothing in the journal."""
    regrading = regrade(*course, CHECKS, journal)
    assert changed(regrading) == {}
    regrading.keep(journal)
    assert journal.unfinished("knots", "") is not None, "the run that judged is still the newest"


def test_a_lower_limit_is_applied_to_what_was_measured(course: tuple[Lab, Roster], journal: Journal) -> None:
    """What waited for it was never looked at: that is no success, and no longer her fault."""
    regrading = regrade(*course, (LOWER, TIED, BACK), journal)
    assert changed(regrading) == {
        "alice": [
            ("test_long", "failed", "passed", 2, "expected m at least 2.0 instead of m at least 2.5"),
            (
                "test_tied",
                "blocked",
                "inconclusive",
                0,
                "it waited for “Your rope is long”, and nobody has looked since",
            ),
        ]
    }
    assert [(one.before.points, one.after.points) for one in regrading.members] == [(0, 2), (2, 2)]


def test_a_higher_limit_takes_a_success_away(course: tuple[Lab, Roster], journal: Journal) -> None:
    """And what was seen behind it stays as it was seen."""
    higher = replace(LONG, bounds=(replace(LONG.bounds[0], limit=3),))
    found = changed(regrade(*course, (higher, TIED, BACK), journal))
    assert [row[:4] for row in found["bob"]] == [("test_long", "passed", "failed", -2)]
    assert "alice" not in found


def test_other_points_needs_and_checks(course: tuple[Lab, Roster], journal: Journal) -> None:
    """Each with its reason; what the lab has no more comes last."""
    new = Check("test_new", "It is dry", "", "2")
    found = changed(regrade(*course, (replace(LONG, points=4), replace(TIED, needs=()), new), journal))
    assert found["bob"] == [
        ("test_long", "passed", "passed", 2, "worth 4 points instead of 2"),
        ("test_new", None, "not asked", 0, "the lab has it now"),
        ("test_back", "not due", None, 0, "the lab has it no more"),
    ]
    assert found["alice"][1] == (
        "test_tied",
        "blocked",
        "inconclusive",
        0,
        "needs nothing instead of test_long; it waited for “Your rope is long”, and nobody has looked since",
    )


def test_what_was_changed_is_known_from_then_on(course: tuple[Lab, Roster], journal: Journal) -> None:
    """The same again changes nothing; going back to what it was is a change again."""
    now = (LOWER, TIED, BACK)
    regrade(*course, now, journal).keep(journal)
    assert changed(regrade(*course, now, journal)) == {}
    assert "test_long" in str(changed(regrade(*course, CHECKS, journal)))


def test_an_override_outlasts_later_runs(course: tuple[Lab, Roster], journal: Journal) -> None:
    """It is kept in the journal, named, and gone only when it is taken back. What was seen is still there."""
    given = [Override("alice", "test_tied", PASSED, "I saw it", "Ada", 2)]
    regrading = regrade(*course, CHECKS, journal, given)
    assert changed(regrading) == {"alice": [("test_tied", "blocked", "passed", 3, "set by Ada: I saw it")]}
    before = len(list(journal.observations("knots")))
    regrading.keep(journal)
    assert len(list(journal.observations("knots"))) == before + 1
    journal.append(seen(journal.start_run("knots", CHECKS), "alice", TIED, FAILED))
    again = regrade(*course, CHECKS, journal, given)
    assert (changed(again), again.added) == ({}, ())
    assert again.members[0].after.points == 3
    back = regrade(*course, CHECKS, journal, [replace(given[0], verdict=None, reason="my mistake")])
    assert changed(back) == {
        "alice": [("test_tied", "passed", "failed", -3, "taken back by Ada: my mistake")]
    }


def test_the_end_counts_with_final_only(course: tuple[Lab, Roster], journal: Journal) -> None:
    journal.append(seen("r", "bob", BACK, PASSED))
    assert [one.after.points for one in regrade(*course, CHECKS, journal).members] == [0, 2]
    assert [one.after.points for one in regrade(*course, CHECKS, journal, final=True).members] == [0, 3]

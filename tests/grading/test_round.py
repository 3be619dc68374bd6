"""A round: who is due, and which run goes on; its board."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.errors import CouldNotLook, UsageError
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.board import Board
from pytest_cloudlab.grading.events import Asking, Judged
from pytest_cloudlab.grading.roll import Sitting
from pytest_cloudlab.grading.round import Round, begin_round
from pytest_cloudlab.journal import Journal, open_journal
from pytest_cloudlab.model import Observation, Standing, Verdict
from pytest_cloudlab.roster import load_roster
from tests.labs import write_lab, write_roster

CHECKS = '''
import pytest

@pytest.mark.step("1")
def test_taken():
    """You took a rope."""

@pytest.mark.step("2")
@pytest.mark.outcome(needs="test_taken", holds="at_end")
def test_back():
    """The rope is back."""

@pytest.mark.step("2")
@pytest.mark.outcome(acts=True)
def test_bell():
    """The bell rings."""
'''


@pytest.fixture
def everybody(tmp_path: Path) -> list[Assize]:
    file = write_roster(tmp_path, write_lab(tmp_path, {"test_1.py": CHECKS}))
    lab, roster = load_roster(file)
    return [
        Assize(Assignment(lab, roster, team, member), file, tmp_path / "data")
        for team, member in roster.everyone
    ]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with contextlib.closing(open_journal(tmp_path / "data")) as journal:
        yield journal


def saw(journal: Journal, member: str, check: str, verdict: Verdict) -> None:
    now = datetime.now(UTC)
    journal.append(Observation("knots", "sailors", member, check, verdict, "", now, 0.1))


def due(round_: Round) -> list[str]:
    return [one.assignment.member.id for one in round_.due]


def test_who_has_all_that_is_asked_is_not_asked(everybody: list[Assize], journal: Journal) -> None:
    """Neither what is judged at the end nor what acts counts, unless it is asked for."""
    assert due(begin_round(everybody, journal, "")) == ["alice", "bob"]
    saw(journal, "alice", "test_taken", Verdict.PASSED)
    assert due(begin_round(everybody, journal, "")) == ["bob"]
    for changes in ({"final": True}, {"act": True}, {"again": True}):
        asked = [replace(one, **changes) for one in everybody]  # type: ignore[arg-type]  # they are flags
        assert due(begin_round(asked, journal, "")) == ["alice", "bob"], changes


def test_only_who_could_not_be_judged(everybody: list[Assize], journal: Journal) -> None:
    saw(journal, "alice", "test_taken", Verdict.FAILED)
    saw(journal, "bob", "test_taken", Verdict.INCONCLUSIVE)
    assert due(begin_round(everybody, journal, "", only_unjudged=True)) == ["bob"]


def test_a_run_that_was_killed_goes_on(everybody: list[Assize], tmp_path: Path) -> None:
    """With those that it had not judged, when it was to judge the same."""
    with contextlib.closing(open_journal(tmp_path / "data")) as journal:
        killed = begin_round(everybody, journal, "all", resume=True)
        assert killed.resumed is None
        journal.mark_judged(killed.run, "sailors", "alice")
    with contextlib.closing(open_journal(tmp_path / "data")) as journal:
        other = journal.unfinished("knots", "something else")
        assert other is None
        going_on = begin_round(everybody, journal, "all", resume=True)
        assert (going_on.run, due(going_on)) == (killed.run, ["bob"])
        assert going_on.resumed
        assert going_on.resumed.judged == 1
        going_on.finish()
        assert begin_round(everybody, journal, "all", resume=True).run != killed.run


def test_nobody_is_a_usage_error(journal: Journal) -> None:
    with pytest.raises(UsageError, match="nobody to judge"):
        begin_round([], journal, "")


def test_a_board_tells_who_is_where(
    everybody: list[Assize], journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From what it hears; the time left comes from how long the others took."""
    saw(journal, "bob", "test_taken", Verdict.PASSED)
    now = [time.monotonic()]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    settled = Board(begin_round(everybody, journal, ""))
    assert [row.stage for row in settled.rows] == ["waiting", "not asked"]
    assert (settled.asked, settled.done) == (1, 0)

    board = Board(begin_round([replace(one, again=True) for one in everybody], journal, ""))
    alice, bob = everybody
    board.begun(alice)
    assert (board.running, board.left_s) == (1, None)
    board.heard(alice, Asking("test_taken"))
    assert board.row(alice).asking == "You took a rope"
    check = board.row(alice).standings["test_taken"].check
    version = board.version
    board.heard(alice, Judged(Standing(check, Verdict.PASSED), earlier=False))
    assert board.row(alice).standings["test_taken"].verdict == "passed"
    assert board.version > version
    now[0] += 8
    board.ended(Sitting(alice))
    assert (board.done, board.left_s) == (1, 8)
    board.begun(bob)
    now[0] += 3
    assert board.left_s == 5
    board.ended(Sitting(bob, CouldNotLook("gone")))
    assert ([row.stage for row in board.rows], board.left_s) == (["judged", "interrupted"], 0)

"""Processes of the grader's own that are killed, and what a member's work may send without end."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.errors import CouldNotLook, TimedOut
from pytest_cloudlab.model import Verdict

from .classroom import Classroom, classroom

KILLS = '''
def die(pid, member, assignment, *, once=None):
    """Of `member` only; with `once`, if that file is not there yet."""
    if assignment.member.id == member and not (once and once.exists()):
        if once:
            once.touch()
        os.kill(pid, signal.SIGKILL)
        time.sleep(60)


def test_taken():
    """You took a rope."""


def test_tied(assignment):
    """You tied it."""
    {tied}


def test_long(assignment):
    """It is long."""
    assert assignment.member.id != "bob", "it is short"
'''
EVERYBODY = {"alice": {}, "bob": {}, "carol": {}}


def a_class(folder: Path, tied: str) -> Classroom:
    return classroom(folder, KILLS.format(tied=tied), EVERYBODY)


def as_undisturbed(room: Classroom) -> bool:
    ones = {"taken": "passed", "tied": "passed", "long": "passed"}
    return room.verdicts() == {"alice": ones, "bob": ones | {"long": "failed"}, "carol": ones}


def once_each(room: Classroom) -> bool:
    """Every check of everybody has been seen, and nothing twice."""
    ones = [(one.run, one.member, one.check) for one in room.observations()]
    return len(ones) == len(set(ones)) == 9


def test_a_session_that_was_killed_once_is_not_noticed(tmp_path: Path) -> None:
    """It is begun again, and what it had seen is not asked twice."""
    mark = tmp_path / "killed"
    room = a_class(tmp_path, f"die(os.getpid(), 'alice', assignment, once=Path({str(mark)!r}))")
    sittings = room.judge()
    assert mark.exists()
    assert not [one.problem for one in sittings if one.problem]
    assert as_undisturbed(room)
    assert once_each(room)


def test_a_session_that_is_killed_again_and_again_costs_its_own_member_a_verdict(tmp_path: Path) -> None:
    """What it saw before stands, the rest could not be judged, and the others are."""
    room = a_class(tmp_path, "die(os.getpid(), 'bob', assignment)")
    (problem,) = [one.problem for one in room.judge() if one.problem]
    assert isinstance(problem, CouldNotLook)
    found = room.found()
    assert found["bob"].pop("taken") == (Verdict.PASSED, "")
    for verdict, message in found["bob"].values():
        assert verdict is Verdict.INCONCLUSIVE
        assert message.splitlines()[0] == "the session of bob ended unexpectedly (status -9):"
    assert {verdict for one in ("alice", "carol") for verdict, _ in found[one].values()} == {Verdict.PASSED}


def test_a_session_that_hangs_is_ended_and_said_to_have_hung(tmp_path: Path) -> None:
    """Its member alone waits for the limit."""
    room = a_class(tmp_path, "assignment.member.id == 'bob' and time.sleep(600)")
    (problem,) = [one.problem for one in room.judge(limit_s=6) if one.problem]
    assert isinstance(problem, TimedOut)
    assert room.found()["bob"]["long"] == (
        Verdict.INCONCLUSIVE, "the session of bob did not end within 6 s"
    )  # fmt: skip
    assert room.verdicts()["alice"]["long"] == "passed"


@pytest.mark.parametrize("others", ["at work", "done"])
@pytest.mark.parametrize("whose", ["alice", "bob"])
def test_who_forks_the_sessions_may_be_killed(tmp_path: Path, whose: str, others: str) -> None:
    """Of the first one that is the server, of the others the lab's template: every session that it forked
    dies with it. A new one is started, and each goes on where it was."""
    mark = tmp_path / "killed"
    wait = "time.sleep(1); " if others == "at work" else ""
    room = a_class(tmp_path, f"{wait}die(os.getppid(), {whose!r}, assignment, once=Path({str(mark)!r}))")
    sittings = room.judge(workers=3 if others == "at work" else 1)
    assert mark.exists()
    assert not [one.problem for one in sittings if one.problem]
    assert as_undisturbed(room)
    assert once_each(room)


ENDLESS = '''
from pytest_cloudlab.targets import open_target


def test_log(assignment):
    """Your program's log is short."""
    with open_target("local://") as here:
        log = here.run("yes '<script>' 2>&1" if assignment.member.id == "bob" else "echo ok", timeout_s=60)
        assert log.text == "ok", "your log is not ok"


def test_rope():
    """You have a rope."""
'''


def test_output_without_end_is_read_up_to_the_cap(tmp_path: Path) -> None:
    """It fills no disk and no memory, fails nobody, and what comes after it is judged."""
    room = classroom(tmp_path, ENDLESS, {"alice": {}, "bob": {}})
    room.judge()
    found = room.found()
    assert found["bob"] == {
        "log": (
            Verdict.INCONCLUSIVE,
            "A command wrote more than 8388608 bytes; it was stopped there.",
        ),
        "rope": (Verdict.PASSED, ""),
    }
    assert room.verdicts()["alice"] == {"log": "passed", "rope": "passed"}
    assert sum(file.stat().st_size for file in room.data.rglob("*") if file.is_file()) < 10_000_000

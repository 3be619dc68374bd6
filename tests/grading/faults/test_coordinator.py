"""`cloudlab grade` killed at moments that nobody chose, and gone on with; and two of them at once."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from pytest_cloudlab.model import Observation, Verdict

from .classroom import Classroom, classroom

pytestmark = pytest.mark.xdist_group("faults of the grader")
MEMBERS = ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi")
KILLS, WORKERS = 10, 4
CHECKS = '''
def look(assignment, measure):
    """Takes a while, and leaves a trace of its own that no grader can lose."""
    token = os.urandom(8).hex()
    time.sleep(0.05)
    with open({looks!r}, "a") as file:
        file.write(token + "\\n")
    measure(token=token, words="x" * 5000)


def test_taken(assignment, measure):
    """You took a rope."""
    look(assignment, measure)


def test_long(assignment, measure):
    """It is long."""
    look(assignment, measure)
    assert assignment.member.id not in ("bob", "grace"), "it is short"


@pytest.mark.outcome(needs="test_long")
def test_tied(assignment, measure):
    """You tied it."""
    look(assignment, measure)


def test_away(assignment, measure):
    """You put it away."""
    look(assignment, measure)
    assert assignment.member.id != "heidi", "it lies about"
'''
EVERYTHING = 4 * len(MEMBERS)


def a_class(folder: Path) -> Classroom:
    folder.mkdir()
    checks = CHECKS.format(looks=str(folder / "looks"))
    return classroom(folder, checks, MEMBERS)


def seen(room: Classroom) -> list[Observation]:
    return room.observations() if (room.data / "journal.sqlite").exists() else []


def looks(room: Classroom) -> list[str]:
    file = room.folder / "looks"
    return file.read_text().split() if file.exists() else []


@pytest.fixture(autouse=True)
def folder_of_the_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is killed outright clears nothing away: what it had in the folder for temporary files goes with the
    test's own."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    room = a_class(tmp_path_factory.mktemp("undisturbed") / "class")
    status, _, said = room.run("--workers", str(WORKERS))
    assert status == 0, said
    return room


def whole(room: Classroom) -> None:
    """Every observation is there, once, and none is half-written."""
    ones = seen(room)
    assert Counter((one.run, one.member, one.check) for one in ones).most_common(1)[0][1] == 1
    assert len(ones) == EVERYTHING
    tokens = [one.measured["token"] for one in ones if one.verdict is not Verdict.BLOCKED]
    assert len(tokens) == len(set(tokens))
    assert set(tokens) <= set(looks(room))
    assert {len(one.measured["words"]) for one in ones if one.measured} == {2000}  # cut, as all long texts


def test_killed_ten_times_it_ends_as_if_nothing_had_happened(tmp_path: Path, undisturbed: Classroom) -> None:
    """Whatever a kill costs is what was being looked at that moment, and that is looked at again."""
    seed = time.time_ns() % 10**6
    print(f"seed {seed}")
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    room, kept = a_class(tmp_path / "class"), list[Observation]()
    for goal in sorted(chance.sample(range(EVERYTHING - 3 * WORKERS), KILLS)):
        process = room.start("--workers", str(WORKERS))
        until_s = time.monotonic() + 60
        while len(seen(room)) < goal and process.poll() is None and time.monotonic() < until_s:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        process.communicate()
        now = seen(room)
        assert now[: len(kept)] == kept, "what was written has changed"
        kept = now
    status, _, said = room.run("--workers", str(WORKERS))
    assert status == 0
    assert "going on with the run of" in said
    assert "are judged already" in said
    whole(room)
    assert len({one.run for one in seen(room)}) == 1
    assert room.found() == undisturbed.found()
    assert len(looks(room)) <= len(looks(undisturbed)) + KILLS * WORKERS


def test_killed_before_it_judged_anybody_it_begins_anew(tmp_path: Path, undisturbed: Classroom) -> None:
    """There is a run that judged nobody, or none yet."""
    room = a_class(tmp_path / "class")
    for moment_s in (0.1, 0.4, 0.7):
        process = room.start()
        time.sleep(moment_s)
        process.kill()
        process.communicate()
    status, _, _ = room.run("--workers", str(WORKERS))
    assert status == 0
    whole(room)
    assert room.found() == undisturbed.found()


def test_two_graders_at_once_do_not_get_in_each_others_way(tmp_path: Path, undisturbed: Classroom) -> None:
    """Each has a run of its own, whole, and the grades are those of either."""
    room = a_class(tmp_path / "class")
    first = room.start("--workers", "2")
    while len(seen(room)) < 3 and first.poll() is None:
        time.sleep(0.01)
    second = room.start("--workers", "2")
    said = [process.communicate(timeout=120)[1] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), said
    ones = seen(room)
    assert Counter((one.run, one.member, one.check) for one in ones).most_common(1)[0][1] == 1
    assert len({one.run for one in ones}) == 2
    assert room.verdicts() == undisturbed.verdicts()

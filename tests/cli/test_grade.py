"""`cloudlab grade`: a class judged once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.rooms import Room, processes_in


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path, ada="Ada", bob="Bob")


def test_everybody_is_judged_whatever_the_grades(room: Room) -> None:
    """A line for each in a log, the scores at the end; then nobody who has all is asked again."""
    room.does("ada", "rope knot")
    status, out, err = room.run("grade", "teams.toml")
    assert status == 0, err
    assert "] team-ada/ada: 2 achieved, 0 to fix" in err
    assert "] team-bob/bob: 0 achieved, 1 to fix" in err
    assert "Ada" in out
    assert "3 / 3" in out
    (room.folder / "room" / "ada").unlink()
    status, out, err = room.run("grade", "teams.toml")
    assert status == 0
    assert "[1/1] team-bob/bob" in err
    assert "ada:" not in err
    assert "3 / 3" in out


def test_what_could_not_be_judged_is_exit_code_3(room: Room) -> None:
    """And `--retry inconclusive` asks those members only."""
    room.does("ada", "lost")
    room.does("bob", "rope knot")
    status, _, err = room.run("grade", "teams.toml")
    assert (status, "ada: 0 achieved, 0 to fix, 2 could not be judged" in err) == (3, True), err
    room.does("ada", "rope")
    status, _, err = room.run("grade", "teams.toml", "--retry", "inconclusive")
    assert status == 0, err
    assert "[1/1] team-ada/ada: 1 achieved, 1 to fix" in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_the_next_goes_on(room: Room, number: int) -> None:
    """Without a traceback, with the sessions' fixtures taken down; who was judged is not judged again."""
    room.does("ada", "rope knot")
    room.does("bob", "wait")
    with room.started("grade", "teams.toml") as grade:
        grade.until(lambda: "team-ada/ada: 2 achieved" in grade.err and room.waits())
        grade.signal(number)
        status, _, err = grade.ended()
    assert status == 130
    assert "stopped" in err
    assert "Traceback" not in err
    assert room.took_down("bob")
    assert processes_in(room.folder) == []
    room.does("bob", "rope")
    status, _, err = room.run("grade", "teams.toml")
    assert status == 0
    assert "1 are judged already" in err
    assert "[1/1] team-bob/bob: 1 achieved, 1 to fix" in err


def test_a_second_signal_kills(room: Room) -> None:
    """A session that does not end does not hold anybody up."""
    room.does("bob", "stubborn")
    with room.started("grade", "teams.toml", "--only", "team-bob") as grade:
        grade.until(room.waits)
        grade.signal()
        grade.until(lambda: "Ctrl-C again kills" in grade.err)
        grade.signal()
        status, _, err = grade.ended(within_s=9)
    assert status == 130
    assert "Traceback" not in err
    assert processes_in(room.folder) == []


@pytest.mark.parametrize("words", ["grade teams.toml", "check --as ada"])
def test_a_reader_who_has_seen_enough_ends_it_quietly(room: Room, words: str) -> None:
    line = f"{sys.executable} -u -m pytest_cloudlab {words} --roster teams.toml 2>err | head -n 1"
    if words.startswith("grade"):
        line = line.replace(" --roster teams.toml", "")
    subprocess.run(["bash", "-c", line], cwd=room.folder, check=True, capture_output=True, timeout=90)
    assert "Traceback" not in (room.folder / "err").read_text()
    assert "Broken" not in (room.folder / "err").read_text()
    assert processes_in(room.folder) == []

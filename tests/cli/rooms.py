"""A small class for the commands that judge many: what a member has done stands in a file of words."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.labs import write_lab

CHECKS = '''
import time
import pytest
from pathlib import Path
from pytest_cloudlab.errors import TargetLost

ROOM = Path(__file__).parent.parent / "room"


@pytest.fixture
def words(request):
    member = request.config.getoption("cloudlab_as")
    yield (ROOM / member).read_text() if (ROOM / member).exists() else ""
    (ROOM / f"{member}.away").touch()


@pytest.mark.step("1")
def test_rope_is_taken(words):
    """You took a rope."""
    if "wait" in words:
        (ROOM / "waits").touch()
        time.sleep(300)
    if "stubborn" in words:
        (ROOM / "waits").touch()
        while True:
            try:
                time.sleep(300)
            except KeyboardInterrupt:
                pass
    if "lost" in words:
        raise TargetLost("the harbour does not answer")
    assert "rope" in words, "It hangs on its hook."


@pytest.mark.step("1.1")
@pytest.mark.outcome(points=2, needs="test_rope_is_taken")
def test_knot_is_tied(words):
    """Your knot holds."""
    assert "knot" in words, "It slips."
'''
TOML = """
title = "Tie a knot"
page = "https://course.example/knots.html"
step = [
  { number = "1", title = "Take a rope", see = "#take" },
  { number = "1.1", title = "Tie it", see = "#tie" },
]
"""
MEMBER = """
[[team]]
id = "{team}"
[[team.member]]
id = "{id}"
name = "{name}"
"""


class Room:
    def __init__(self, folder: Path, **members: str) -> None:
        """`members`: id -> name, each in a team of their own."""
        self.folder = folder
        lab = write_lab(folder, {"test_1.py": CHECKS}, toml=TOML)
        (folder / "room").mkdir()
        self._head = f'lab = "{lab}"\n'
        self.roster(**members)

    def roster(self, me: str = "", **members: str) -> None:
        text = self._head + (f'me = "{me}"\n' if me else "")
        for id_, name in members.items():
            text += MEMBER.format(team=f"team-{id_}", id=id_, name=name)
        draft = self.folder / "draft"
        draft.write_text(text)
        draft.rename(self.folder / ("cloudlab.toml" if me else "teams.toml"))

    def does(self, member: str, words: str) -> None:
        draft = self.folder / "draft"
        draft.write_text(words)
        draft.rename(self.folder / "room" / member)

    def waits(self) -> bool:
        """Whether somebody's session is at a check that takes for ever."""
        return (self.folder / "room" / "waits").exists()

    def took_down(self, member: str) -> bool:
        return (self.folder / "room" / f"{member}.away").exists()

    @contextlib.contextmanager
    def started(self, *words: str) -> Iterator[Started]:
        with Started(self.folder, words) as one:
            yield one

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        with Started(self.folder, words) as one:
            return one.ended()


class Started:
    """`cloudlab` in a process and a session of its own, with its output in files."""

    def __init__(self, folder: Path, words: tuple[str, ...]) -> None:
        self._out, self._err = folder / "out", folder / "err"
        env = {**os.environ, "COLUMNS": "80", "CLOUDLAB_AS": "", "CLOUDLAB_ROSTER": ""}
        with self._out.open("w") as out, self._err.open("w") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", "pytest_cloudlab", *words],
                cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True,
            )  # fmt: skip

    @property
    def out(self) -> str:
        return self._out.read_text()

    @property
    def err(self) -> str:
        return self._err.read_text()

    def until(self, so: Callable[[], object], within_s: float = 60) -> None:
        ends = time.monotonic() + within_s
        while not so():
            assert self.process.poll() is None, f"ended: {self.out}{self.err}"
            assert time.monotonic() < ends, f"not so in time: {self.out}{self.err}"
            time.sleep(0.05)

    def signal(self, number: int = signal.SIGINT) -> None:
        self.process.send_signal(number)

    def ended(self, within_s: float = 90) -> tuple[int, str, str]:
        status = self.process.wait(within_s)
        return status, self.out, self.err

    def __enter__(self) -> Started:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def processes_in(folder: Path) -> list[str]:
    """Command lines of the living processes whose folder is `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(process / "cwd") == str(folder):
                found.append((process / "cmdline").read_text())
    return found

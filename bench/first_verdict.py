"""How long one member waits for the first verdict: from the command to the first mark on a terminal."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
import time
from pathlib import Path

from bench.samples import median_between
from bench.table import at_most

GOAL_S = 0.5
WITHIN_S = 60
LAB = """
title = "A local lab"
page = "https://course.example/local.html"

[[step]]
number = "1"
title = "Things"
see = "#things"
"""
CHECKS = '''
import pytest

from pytest_cloudlab.targets import open_target

pytestmark = pytest.mark.step("1")


def test_users():
    """This machine has users."""
    with open_target("local://") as here:
        assert here.run("test -e /etc/passwd").exit_status == 0


def test_more():
    """And more."""
'''


def measured(rounds: int, folder: Path) -> str:
    here = folder / "local"
    lab = here / "things"
    lab.mkdir(parents=True)
    (lab / "lab.toml").write_text(LAB)
    (lab / "conftest.py").write_text("from pytest_cloudlab.fixtures import *\n")
    (lab / "test_things.py").write_text(CHECKS)
    (here / "teams.toml").write_text(
        f'lab = "{lab}"\n[[team]]\nid = "t"\nmember = [{{ id = "alice", name = "Alice" }}]\n'
    )
    found = [_once(here) for _ in range(rounds + 1)][1:]
    return at_most(
        f"`cloudlab check`, until the first verdict is on the screen, {rounds} runs in a fresh journal",
        median_between(found),
        GOAL_S,
        "s",
    )


def _once(here: Path) -> float:
    shutil.rmtree(here / ".cloudlab", ignore_errors=True)
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "pytest_cloudlab", "check", "--as", "alice"]
    started, shown, heard = time.monotonic(), 0.0, b""
    environment = {**os.environ, "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        argv, cwd=here, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        while time.monotonic() - started < WITHIN_S:
            try:
                heard += os.read(ours, 65_536)
            except OSError:  # the terminal has no other end any more
                break
            if not shown and "✓".encode() in heard:
                shown = time.monotonic() - started
        os.close(ours)
    if process.returncode != 0 or not shown:
        raise RuntimeError(heard.decode("utf-8", "replace"))
    return shown

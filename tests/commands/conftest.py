"""One twin, one shell in it, and every command line of the table played in it once."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_cloudlab.lab import find_lab
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.request_log import LoggedRequest, requests

from .command import Played, commands
from .play import AROUND, Shell, play, shell_of

CLOUDLAB = (sys.executable, "-m", "pytest_cloudlab")
PROJECT = "sdd2526"
BUCKET = "course-bucket"
WORDS = {
    "THE_PROJECT": PROJECT,
    "BUCKET": BUCKET,
    "MASCOT": "cat",
    "GROUPNAME": "rocket",
    "APP_PORT": "5001",
}


@contextmanager
def session(folder: Path) -> Iterator[Shell]:
    """A shell in a twin of its own, in which the page's words are set."""
    state = folder / "twin"
    control.up(state, project=PROJECT, buckets={BUCKET: find_lab("be") / "bucket"}, bodies=True)
    try:
        shell = shell_of((*CLOUDLAB, "twin", "shell", "--state", str(state), "--", "bash", "-c"))
        exports = "; ".join(f"export {name}={shlex.quote(value)}" for name, value in WORDS.items())
        status, output = shell(AROUND % exports)
        assert status == 0, output
        yield shell
    finally:
        control.down(state)


@pytest.fixture(scope="session")
def results(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, Played], list[LoggedRequest]]:
    """All are played, whichever test asks first."""
    folder = tmp_path_factory.mktemp("commands")
    with session(folder) as shell:
        played = {one.command.line: one for one in play(shell, commands())}
        return played, requests(folder / "twin")


@pytest.fixture
def played(results: tuple[dict[str, Played], list[LoggedRequest]]) -> dict[str, Played]:
    """By the line: what became of it."""
    return results[0]


@pytest.fixture
def answers(results: tuple[dict[str, Played], list[LoggedRequest]]) -> list[LoggedRequest]:
    """What the twin answered meanwhile, with bodies."""
    return results[1]

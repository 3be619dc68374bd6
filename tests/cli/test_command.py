"""The command line: what it teaches, and what its exit codes say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.labs import write_lab, write_roster

CHECK = '''
import pytest
from pathlib import Path
from pytest_cloudlab.errors import TargetLost

pytestmark = pytest.mark.step("1")


@pytest.mark.outcome(points=3)
def test_rope_is_taken():
    """You took a rope.

    Take one from the hook.
    """
    word = (Path(__file__).parent.parent / "state").read_text()
    if word == "lost":
        raise TargetLost("the harbour does not answer", remedy="Wait for the tide.")
    if word == "dead":
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
    assert word == "taken", f"The rope is {word}."
'''


def cloudlab(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command as a user's shell runs it, 80 columns wide and no terminal."""
    env = {**os.environ, "COLUMNS": "80", "CLOUDLAB_AS": "", "CLOUDLAB_ROSTER": ""}
    command = [sys.executable, "-m", "pytest_cloudlab", *args]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120)


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    write_roster(tmp_path, write_lab(tmp_path, {"test_take.py": CHECK}))
    return tmp_path


@pytest.mark.parametrize(
    ("state", "status", "said"),
    [
        ("taken", 0, "✓ You took a rope"),
        ("wet", 1, "The rope is wet."),
        ("lost", 3, "the harbour does not answer"),
        ("dead", 3, "ended unexpectedly"),
    ],
)
def test_exit_codes_of_check(harbour: Path, state: str, status: int, said: str) -> None:
    """0 achieved, 1 failed, 3 could not be judged: a script can tell them apart."""
    (harbour / "state").write_text(state)
    done = cloudlab("check", "--as", "alice", "--retry", "0", cwd=harbour)
    assert done.returncode == status, done.stderr
    assert said in done.stdout + done.stderr
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "\x1b" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["check", "--as", "carol"], "there is no member 'carol'; the roster has: alice, bob"),
        (["check", "bee", "--as", "alice"], "there is no lab 'bee'. Did you mean 'be'?"),
        (["check", "--as", "alice", "--step", "7"], "the lab has no step '7'"),
        (["check", "--roster", "none.toml"], "none.toml: there is no such file"),
        (["check", "--nonsense"], "No such option"),
        (["chek"], "No such command 'chek'"),
        (["rehearse", "bee"], "there is no lab 'bee'"),
        (["twin", "env"], "no twin is up"),
    ],
)
def test_usage_errors_exit_2_with_one_sentence(harbour: Path, args: list[str], said: str) -> None:
    """Nothing is judged and nothing is written."""
    done = cloudlab(*args, cwd=harbour)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (harbour / ".cloudlab").exists()


def test_a_broken_journal_is_one_sentence_and_stays_as_it_is(harbour: Path) -> None:
    (harbour / "state").write_text("taken")
    journal = harbour / ".cloudlab" / "journal.sqlite"
    journal.parent.mkdir()
    journal.write_bytes(b"not a database" * 100)
    done = cloudlab("check", "--as", "alice", cwd=harbour)
    assert done.returncode == 2
    assert str(journal) in done.stderr
    assert journal.read_bytes() == b"not a database" * 100


def test_reports_are_written_where_asked(harbour: Path) -> None:
    (harbour / "state").write_text("wet")
    cloudlab("check", "--as", "alice", "--report", "out", "--json", "r.json", "--junit", "r.xml", cwd=harbour)
    for name in ("out/index.html", "r.json", "r.xml"):
        assert "The rope is wet." in (harbour / name).read_text(), name


@pytest.mark.parametrize(
    "args", [[], ["doctor"], ["init"], ["check"], ["rehearse"], ["gate"], ["twin"], ["twin", "up"], ["sweep"]]
)
def test_help_teaches(tmp_path: Path, args: list[str]) -> None:
    """Every command explains itself within 80 columns."""
    done = cloudlab(*args, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Usage:" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())

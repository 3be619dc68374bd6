"""`cloudlab practise` where it cannot start, and what it takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def practise(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "pytest_cloudlab", "practise", *args]
    return subprocess.run(argv, cwd=cwd, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("file", ["teams.toml", "cloudlab.toml"])
def test_a_roster_that_is_there_is_not_written_over(tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_text("mine")
    done = practise("be", "--name", "Alice Martin", cwd=tmp_path)
    assert done.returncode == 2
    assert f"{file} is there already" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {file}
    assert (tmp_path / file).read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--mascot", "unicorn"], "--mascot unicorn: the lab 'be' does not offer that"),
        (["--colour=red"], "--colour red"),
        (["--runs", "dog"], "--runs dog"),
        (["--mascot"], "expected --KEY VALUE"),
        (["cat"], "expected --KEY VALUE"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_choice_that_the_lab_does_not_offer_is_refused_before_anything_is_made(
    tmp_path: Path, words: list[str], said: str
) -> None:
    done = practise("be", "--name", "Alice Martin", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", " ", "a\nb"], ids=repr)
def test_a_name_has_to_be_one(tmp_path: Path, name: str) -> None:
    done = practise("be", "--name", name, cwd=tmp_path)
    assert (done.returncode, "--name" in done.stderr) == (2, True)

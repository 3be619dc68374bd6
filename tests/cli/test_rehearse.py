"""`cloudlab rehearse` where it cannot start: it says why before anything is made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.labs import write_lab


def rehearse(*args: str, cwd: Path, path: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "COLUMNS": "80", "PATH": path}
    command = [sys.executable, "-m", "pytest_cloudlab", "rehearse", *args]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder for PATH: neither gcloud nor docker is in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def test_by_page_needs_the_sdk(tmp_path: Path, bare: Path) -> None:
    """It says so with exit code 2, and what works without."""
    done = rehearse("be", "--by", "page", cwd=tmp_path, path=str(bare))
    assert done.returncode == 2
    assert "this machine has no gcloud" in done.stderr
    assert "--by api" in done.stderr
    assert not (tmp_path / ".cloudlab").exists()


def test_by_page_needs_scripts(tmp_path: Path, bare: Path) -> None:
    write_lab(tmp_path, {})
    done = rehearse("knots", "--by", "page", cwd=tmp_path, path=str(bare))
    assert done.returncode == 2
    assert "the lab 'knots' has no folder page/" in done.stderr
    assert not (tmp_path / ".cloudlab").exists()


def test_by_api_says_what_the_sdk_is_missed_for(tmp_path: Path, bare: Path) -> None:
    """In one sentence, and goes on: here as far as to the next thing that is missing."""
    done = rehearse("be", cwd=tmp_path, path=str(bare))
    assert done.returncode == 2
    assert done.stderr.count("This machine has no gcloud") == 1
    assert "outcomes that need it in the codespace" in done.stderr
    assert "is not installed" in done.stderr

"""CI runs a few failed tests once more, says which, and takes no more than that for a pass."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "again.py"
ONCE = """
import pytest
from pathlib import Path


@pytest.mark.xdist_group("stage/of@one")
@pytest.mark.parametrize("word", ["$(cat a 2> b)", "root@host", "a::b[1]"])
def test_grouped(word):
    mark = Path(f"mark-{len(word)}")
    if not mark.exists():
        mark.touch()
        assert 0


def test_alone():
    assert not {always}


def test_fine():
    with open("fine", "a") as runs:
        runs.write("x")
"""


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # Whatever this run itself is told is not for the one inside.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


def a_run(folder: Path, tests: str) -> subprocess.CompletedProcess[str]:
    """Of a project of its own, and what is then run once more."""
    (folder / "scripts").mkdir()
    (folder / "tests").mkdir()
    shutil.copy(SCRIPT, folder / "scripts")
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    (folder / "tests" / "test_it.py").write_text(tests)
    assert run(folder, "-m", "pytest", "-n", "2", "--dist", "loadgroup").returncode != 0
    return run(folder, "scripts/again.py")


def test_what_failed_once_passes_and_is_named(tmp_path: Path) -> None:
    again = a_run(tmp_path, ONCE.replace("{always}", "False"))
    assert again.returncode == 0, again.stdout
    assert "again: failed, and is run once more: tests/test_it.py::test_grouped[root@host]\n" in again.stdout
    assert "3 passed" in again.stdout
    assert (tmp_path / "fine").read_text() == "x"


def test_what_fails_again_has_failed(tmp_path: Path) -> None:
    again = a_run(tmp_path, ONCE.replace("{always}", "True"))
    assert again.returncode == 1
    assert "1 failed, 3 passed" in again.stdout


@pytest.mark.parametrize(
    "tests",
    ["import no_such_module\n", "".join(f"def test_{n}():\n    assert 0\n" for n in range(6))],
    ids=["not collected", "too many"],
)
def test_nothing_else_is_run_once_more(tmp_path: Path, tests: str) -> None:
    again = a_run(tmp_path, tests)
    assert again.returncode == 1
    assert "nothing is run once more" in again.stdout


def test_without_a_run_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(SCRIPT, tmp_path / "scripts")
    assert run(tmp_path, "scripts/again.py").returncode == 1

"""VS Code's settings: added to what is there, and nothing lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_cloudlab.enrolment.testing_panel import ARGS, ENABLED, FILE, Outcome, put
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Lab
from tests.labs import write_lab, write_roster

CHECK = '''
import pytest


@pytest.mark.step("1")
@pytest.mark.outcome()
def test_rope_is_taken():
    """You took a rope."""
'''


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return load_lab(write_lab(tmp_path, {"test_take.py": CHECK}))


def settings(folder: Path, text: str) -> Path:
    file = folder / FILE
    file.parent.mkdir()
    file.write_text(text)
    return file


def test_the_lab_in_the_folder_is_named_as_it_stands_there(tmp_path: Path, lab: Lab) -> None:
    assert put(lab, tmp_path).outcome is Outcome.WRITTEN
    assert json.loads((tmp_path / FILE).read_text()) == {ENABLED: True, ARGS: ["knots"]}


def test_a_lab_elsewhere_by_its_whole_path(tmp_path: Path) -> None:
    be = find_lab("be")
    put(load_lab(be), tmp_path)
    assert json.loads((tmp_path / FILE).read_text())[ARGS] == [str(be)]


def test_pytest_finds_the_checks_with_them(tmp_path: Path, lab: Lab) -> None:
    """As the panel asks for them: in the folder, with the arguments."""
    write_roster(tmp_path, Path(lab.folder))
    put(lab, tmp_path)
    args = json.loads((tmp_path / FILE).read_text())[ARGS]
    argv = [sys.executable, "-m", "pytest", f"--rootdir={tmp_path}", "--collect-only", "-q", *args]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert "test_take.py::test_rope_is_taken" in done.stdout, done.stdout + done.stderr


def test_what_is_there_stays_in_its_order(tmp_path: Path, lab: Lab) -> None:
    there = {
        "z": "ü",
        "editor.rulers": [80],
        ARGS: ["tests"],
        "python.testing.unittestEnabled": True,
        "a": 1.5,
    }
    file = settings(tmp_path, json.dumps(there, indent=2, ensure_ascii=False))
    file.chmod(0o640)
    assert put(lab, tmp_path).outcome is Outcome.WRITTEN
    now = json.loads(file.read_text())
    assert list(now) == [*there, ENABLED]
    assert now == {**there, ARGS: ["tests", "knots"], ENABLED: True}
    assert '\n  "z": "ü"' in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]


def test_twice_is_once(tmp_path: Path, lab: Lab) -> None:
    put(lab, tmp_path)
    text = (tmp_path / FILE).read_text()
    assert put(lab, tmp_path).outcome is Outcome.THERE
    assert (tmp_path / FILE).read_text() == text


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1} // mine',
        '{"a": 1,}',
        '{"a": 1, "a": 2}',
        "[]",
        '{"python.testing.pytestArgs": "tests"}',
        '{"a": 1e999}',
        '{"a": "\\ud800"}',
        "{",
        "\ufeff{}",
        "[" * 100_000,
    ],
    ids=["comment", "comma", "twice", "list", "text", "too large", "half", "torn", "mark", "deep"],
)
def test_what_is_more_than_json_is_left_as_it_is(tmp_path: Path, lab: Lab, text: str) -> None:
    file = settings(tmp_path, text)
    panel = put(lab, tmp_path)
    assert panel.outcome is Outcome.BY_HAND
    assert json.loads("{" + panel.lines + "}") == {ENABLED: True, ARGS: ["knots"]}
    assert file.read_text() == text
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]


def test_a_link_is_written_through(tmp_path: Path, lab: Lab) -> None:
    """The settings of several folders may be one file."""
    own = tmp_path / "own.json"
    own.write_text("{}")
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).symlink_to(own)
    put(lab, tmp_path)
    assert (tmp_path / FILE).is_symlink()
    assert json.loads(own.read_text())[ENABLED] is True

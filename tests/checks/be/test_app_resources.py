"""The Streamlit apps that rehearsals serve: whole without the internet, and left for the student to pack."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from pytest_cloudlab.lab import find_lab, load_lab

LAB = Path(__file__).parents[3] / "checks" / "be"
FIRST = LAB / "streamlit" / "first"
WANTED = load_lab(find_lab("be")).parameters.streamlit
SECOND = LAB / "repositories" / WANTED.second_repository


def called_with(script: Path, name: str) -> str:
    """The text that the script's only call of `st.<name>` is given."""
    (text,) = [
        node.args[0].value
        for node in ast.walk(ast.parse(script.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
        and isinstance(node.args[0], ast.Constant)
    ]  # fmt: skip
    return str(text)


def test_each_app_shows_the_header_it_is_recognised_by() -> None:
    """And the other one's does not."""
    first, second = called_with(FIRST / WANTED.first_file, "header"), called_with(SECOND / "app.py", "title")
    assert WANTED.first_header in first
    assert WANTED.first_header not in second
    assert WANTED.second_header in second
    assert WANTED.second_header not in first


@pytest.mark.parametrize("folder", [FIRST, SECOND], ids=["first", "second"])
def test_an_app_names_no_other_host(folder: Path) -> None:
    """All that it shows is its own."""
    for script in folder.glob("*.py"):
        assert not re.search(r"https?://|//cdn", script.read_text(encoding="utf-8"))


def test_the_pictures_come_in_pairs_and_are_small() -> None:
    pictures = {path.name: path.stat().st_size for path in (FIRST / "pictures").iterdir()}
    scenes = {name.partition("-")[0] for name in pictures}
    assert set(pictures) == {f"{scene}-{one}.jpg" for scene in scenes for one in ("hubble", "webb")}
    assert sum(pictures.values()) < 100_000


def test_the_repository_is_there_to_be_packed() -> None:
    """It says what it needs, pinned from below; its Dockerfile is the student's to write."""
    assert {path.name for path in SECOND.iterdir()} == {
        "README.md",
        "app.py",
        "functions.py",
        "requirements.txt",
    }
    needed = (SECOND / "requirements.txt").read_text(encoding="utf-8").split()
    assert [re.sub(r">=[0-9.]+$", "", one) for one in needed] == ["streamlit", "numpy"]
    assert all(">=" in one for one in needed)

"""The examples of limits and overrides do what the pages say."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.assignment import assign
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.cli.regrade import regrade
from pytest_cloudlab.grading.member import Assize, judge_member
from pytest_cloudlab.grading.overrides import read_overrides
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Course, Member, Roster, Team
from pytest_cloudlab.roster import load_roster
from tests.docs.markdown import page

LAB_PAGE, INSTRUCTORS = page("docs/writing-a-lab.md"), page("docs/instructor.md")
LAB = """
title = "Say hello"
page = "https://course.example/hello.html"

[hello]
lines = 3

[[step]]
number = "1"
title = "Write the file"
see = "#write"
"""
PARAMETERS = """
import msgspec


class Hello(msgspec.Struct, frozen=True):
    lines: int


class Parameters(msgspec.Struct, frozen=True):
    hello: Hello
"""
ROSTER = """
lab = "hello"

[[team]]
id = "solo"
member = [{ id = "alice", name = "Alice Martin", targets = { codespace = "local://" } }]
"""


def test_a_limit_works_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It fails in the page's words, and passes once the course has set another limit."""
    lab, roster = tmp_path / "hello", tmp_path / "teams.toml"
    lab.mkdir()
    (example,) = (block for block in LAB_PAGE.blocks if "at_least=" in block.text)
    for file, text in {
        lab / "lab.toml": LAB,
        lab / "parameters.py": PARAMETERS,
        lab / "conftest.py": "from pytest_cloudlab.fixtures import *\n",
        lab / "test_hello.py": example.text,
        roster: ROSTER,
        tmp_path / "hello.txt": "hello, you\nhello, you\n",
    }.items():
        file.write_text(text)
    monkeypatch.setenv("HOME", str(tmp_path))
    one = Assize(assign(*load_roster(roster)), roster, tmp_path / ".cloudlab", retry_s=0)
    (standing,) = judge_member(one, lambda event: None).standings
    assert standing.observation is not None
    said = standing.observation.message
    assert (said, f"`{said}`" in LAB_PAGE.source) == ("lines: found 2, expected at least 3.", True)

    (tmp_path / "hello.txt").unlink()
    with roster.open("a") as file:
        file.write("\n[parameters.hello]\nlines = 2\n")
    assert regrade.main([str(roster)], standalone_mode=False) == 0
    assert "expected lines at least 2 instead of lines at least 3." in capsys.readouterr().out


def test_the_override_file_is_one(tmp_path: Path) -> None:
    """Of a class that has these members, in a lab that has these checks."""
    (example,) = (block for block in INSTRUCTORS.blocks if block.file == "overrides.csv")
    (tmp_path / "overrides.csv").write_text(example.text)
    cells = [line.split(",")[:2] for line in example.text.splitlines()[1:]]
    members = tuple(Member(member, member.title()) for member, _ in cells)
    found = read_overrides(
        tmp_path / "overrides.csv",
        Roster(Course(), (Team("rocket", members),)),
        read_checks(load_lab(find_lab("be"))),
    )
    assert [one.verdict for one in found] == ["passed", "failed", None]
    assert "set by Prof. Ada: I saw it answer, " in INSTRUCTORS.source
    assert found[0].message.startswith("set by Prof. Ada: I saw it answer, ")

"""A class on a terminal: everything fits, whatever the width, the class and the names."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from pytest_cloudlab.model import Check, Member, Observation, Standing, Team, Verdict
from pytest_cloudlab.reports.board import BoardView, Line
from tests.reports.sample import AT, HOSTILE

NAMES = [*HOSTILE, "山田太郎" * 20, "Zoë O'Neil", "e\u0301" * 30]


def line(name: str, *, outcomes: int = 20, a_step: int = 4, achieved: int = 7, aside: str = "") -> Line:
    """`achieved` outcomes, then one to fix, then what waits for it."""
    member = Member("alice", name)
    standings = {}
    for at in range(outcomes):
        verdict = Verdict.PASSED if at < achieved else Verdict.FAILED if at == achieved else Verdict.BLOCKED
        check = Check(f"test_{at}", f"Outcome {at}", "", str(at // a_step), points=1.5)
        seen = Observation("be", "rocket", "alice", check.name, verdict, "", AT, 0.1)
        standings[check.name] = Standing(check, verdict, seen)
    return Line(Team("rocket", (member,)), member, standings, final=False, aside=aside)


def drawn(lines: list[Line], width: int = 80, *, compact: bool = False, encoding: str = "utf-8") -> list[str]:
    buffer = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=buffer, width=width, color_system=None)
    console.print(BoardView("Tie a knot", lines, "3 of 9 judged", more="and 6 more", compact=compact))
    buffer.flush()
    text = buffer.buffer.getvalue().decode(encoding)
    return text.splitlines()


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
@pytest.mark.parametrize("outcomes", [1, 20, 53, 200])
@pytest.mark.parametrize("compact", [False, True])
def test_no_line_is_wider_than_the_screen(width: int, outcomes: int, compact: bool) -> None:
    rows = drawn([line(name, outcomes=outcomes, aside="is asked") for name in NAMES], width, compact=compact)
    assert max(map(cell_len, rows)) <= width
    heading, more = 0 if compact else 1, 1
    if width >= 40:
        assert len(rows) <= heading + len(NAMES) + more + 6, "the frame that a screen has room for"


def test_names_stand_in_a_column_of_their_own() -> None:
    """Of 300 letters, in Chinese, with what would steer a terminal: the marks begin below each other."""
    rows = [row for row in drawn([line(name) for name in NAMES]) if "✓" in row and "achieved" not in row]
    assert len(rows) == len(NAMES)
    assert {cell_len(row[: row.index("✓")]) for row in rows} == {23}
    assert {cell_len(row) for row in rows} == {80}
    assert not any("\x1b" in row or "\u202e" in row for row in rows)


def test_marks_are_set_by_what_fits() -> None:
    """With gaps between steps; without; then a step is one mark, and one that is begun is not like one that
    is done."""
    one = line("Ada", outcomes=24, achieved=6)
    (wide,) = (row for row in drawn([one]) if "Ada" in row)
    assert "✓✓✓✓ ✓✓✗· ···· " in wide
    (narrow,) = (row for row in drawn([one], 54) if "Ada" in row)
    assert "✓✓✓✓✓✓✗·········" in narrow
    begun = line("Ada", outcomes=24, achieved=6)
    del begun.standings["test_6"]  # type: ignore[attr-defined]  # a dictionary
    rows = drawn([begun], 40)
    (small,) = (row for row in rows if "Ada" in row)
    assert " ✓◐···· " in small
    assert "◐ begun" in " ".join(rows)
    assert small.endswith("9/34.5")


def test_what_is_asked_stands_beside_the_marks_where_there_is_room() -> None:
    (row,) = (row for row in drawn([line("Ada", aside="Your image is in the registry")], 90) if "Ada" in row)
    assert "Your image is in the registr" in row
    (row,) = (row for row in drawn([line("Ada", aside="Your image")], 60) if "Ada" in row)
    assert "Your" not in row


def test_a_terminal_without_unicode() -> None:
    rows = drawn([line(name, outcomes=53) for name in NAMES], 60, encoding="ascii")
    assert "+ achieved" in " ".join(rows)
    assert "~ begun" in " ".join(rows)

"""A checklist that is drawn again and again fits its screen, and shows what is to do."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from pytest_cloudlab.reports.checklist import Checklist, News
from pytest_cloudlab.standing import Card
from tests.reports.sample import HOSTILE, all_passed, card, hostile


def drawn(one: Card, rows: int = 0, width: int = 80) -> list[str]:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(Checklist(one, "next round in 12 s", most_rows=rows))
    found: str = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    return found.splitlines()


def test_all_of_it_where_there_is_room() -> None:
    rows = drawn(card())
    assert [row for row in rows if "Alice Martin" in row and "rocket" in row] == [rows[0]]
    assert any("✗ Your image carries your name" in row for row in rows)
    assert rows[-1] == "next round in 12 s"


def test_what_is_done_takes_less_room_first() -> None:
    """A line for a step that is done, then for one that waits; what is to fix stays in full."""
    every = len(drawn(card()))
    rows = drawn(card(), every - 1)
    assert len(rows) < every
    assert "1.1.2 Get the resources" in rows[2]
    assert rows[2].endswith("✓")
    for most in range(24, every):
        assert any("✗ Your image carries your name" in row for row in drawn(card(), most)), most


@pytest.mark.parametrize(("width", "least"), [(40, 14), (80, 9)])
def test_it_never_has_more_lines_than_the_screen(width: int, least: int) -> None:
    for one in (card(), all_passed(), *map(hostile, HOSTILE)):
        for most in range(least, 60):
            assert len(drawn(one, most, width)) <= most


def test_news_say_when_and_where() -> None:
    """One outcome, below the time and its step; whose it is was said before."""
    console = Console(file=io.StringIO(), width=80, color_system=None)
    one = card()
    News(console, one).show(one.standings[2])
    first, second, *_ = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert first[8:] == "  Build your Docker image (1.1.3)"
    assert second.startswith("  ✗ Your image carries your name")

"""Cells: a spreadsheet that opens them computes nothing."""

from __future__ import annotations

import csv
import io
import re

import pytest

from pytest_cloudlab.reports.gradebook.cells import BOM, as_csv, harmless
from tests.reports import sample

FORMULAS = (
    '=HYPERLINK("http://evil","x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1", "  =1+1",
    "=cmd|' /C calc'!A0", "＝1+1", "\x1b[31m=1+1", "\x00=1+1", "\u202e=1+1", "a;=1+1", 'x";=1', ";; =1", "-",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(text: str) -> None:
    """At the beginning of a cell, and of what Excel makes a cell where it separates by semicolons."""
    (row,) = csv.reader(io.StringIO(as_csv([[text, 1]]).decode(), newline=""))
    assert len(row) == 2
    assert not re.search(r"(?:^|;)\s*[=+\-@\t\r＝＋－＠]", row[0])


@pytest.mark.parametrize("text", sample.HOSTILE)
def test_a_hostile_name_stays_one_plain_cell(text: str) -> None:
    """No line break, no control character, at most 301 characters; what is harmless is not changed."""
    (row,) = csv.reader(io.StringIO(as_csv([[text, "next"]]).decode(), newline=""))
    assert row[1] == "next"
    assert len(row[0]) <= 301
    assert not re.search("[\x00-\x1f\x7f\u202e]", row[0])
    if text[0] not in "=\x1b" and text.isprintable():
        assert row[0] == text


@pytest.mark.parametrize(
    "text",
    ["Zoë O'Neil", "Martin, Alice", 'She said "no"', "a-b", "1 = 1", "عمر", "a; b", "alice@example.org"],
)
def test_other_text_comes_back_as_it_was(text: str) -> None:
    assert harmless(text) == text
    (row,) = csv.reader(io.StringIO(as_csv([[text]]).decode(), newline=""))
    assert row == [text]


def test_our_own_numbers_are_numbers() -> None:
    """As people write them, with a point, and never in powers of ten."""
    assert as_csv([[12.5, 16.0, 0.0, 9999.99, 10_000.0, 3]]) == b"12.5,16,0,9999.99,10000,3\r\n"


def test_a_byte_order_mark_stands_where_it_is_wanted() -> None:
    assert as_csv([["é"]], bom=True).startswith(BOM)
    assert not as_csv([["é"]]).startswith(BOM)


def test_a_secret_is_not_passed_on() -> None:
    assert "hunter2" not in harmless("http://h/?token=hunter2secret")

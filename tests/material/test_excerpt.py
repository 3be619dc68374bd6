"""A finding in words, and the caret under it."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_cloudlab.material.excerpt import excerpt, pointed
from tests.material.gating import finding


def test_an_excerpt_has_place_message_line_caret_and_remedy() -> None:
    assert excerpt(finding()).splitlines() == [
        "docs/build.md:7:12: error: The image has no tag, expected one. [image-tag]",
        "  7 | docker run app",
        "    |            ^^^",
        "    → Write app:1.0.",
    ]


def test_long_words_wrap_and_the_way_to_the_course_goes_before_the_path() -> None:
    text = excerpt(finding(message="So it is. " * 30, remedy="Do this. " * 30), "course/")
    assert text.startswith("course/docs/build.md:7:12: error: So it is.")
    assert max(map(len, text.splitlines())) <= 80


def test_without_a_line_there_is_no_caret() -> None:
    assert "^" not in excerpt(finding(""))
    assert "|" not in excerpt(finding("   "))


@pytest.mark.parametrize(
    ("line", "column", "length", "shown", "caret"),
    [
        ("docker run app", 12, 3, "docker run app", "           ^^^"),
        ("docker run app", 12, 0, "docker run app", "           ^"),
        ("   indented", 1, 0, "   indented", "   ^"),
        ("   indented", 1, 2, "   indented", "^^"),
        ("too far", 90, 5, "too far", "      ^"),
        ("too long", 5, 90, "too long", "    ^^^^"),
        ("\tcd app", 2, 2, "    cd app", "    ^^"),
        ("a\tcd app", 3, 2, "a   cd app", "    ^^"),
        ("名前 app", 4, 3, "名前 app", "     ^^^"),
        ("名前 app", 1, 2, "名前 app", "^^^^"),
        ("cafe\u0301 x", 7, 1, "cafe\u0301 x", "     ^"),
        ("\u202eevil\u202c x", 8, 1, "\ufffdevil\ufffd x", "       ^"),
        ("\x1b[31mred", 6, 3, "\ufffd[31mred", "     ^^^"),
        ("a\u200bb", 3, 1, "a\ufffdb", "  ^"),
        ("a\ud800b", 3, 1, "a\ufffdb", "  ^"),
        ("\u0301", 1, 1, "\u0301", "^"),
    ],
)
def test_the_caret_stands_under_the_place(
    line: str, column: int, length: int, shown: str, caret: str
) -> None:
    """Whatever width the characters before it have; what would steer a terminal is not shown."""
    assert pointed(line, column, length, 60) == (shown, caret)


def test_of_a_long_line_the_place_is_shown() -> None:
    line = "a " * 200 + "HERE" + " b" * 200
    shown, caret = pointed(line, 401, 4, 40)
    assert (shown[0], shown[-1]) == ("…", "…")
    assert shown[caret.index("^") :][:4] == "HERE"
    assert caret.count("^") == 4
    assert len(shown) <= 40
    shown, caret = pointed(line, 1, 1, 40)
    assert shown.startswith("a a a")
    shown, caret = pointed(line, 401, 404, 40)
    assert len(caret) <= 40


@given(st.text(max_size=200), st.integers(1, 250), st.integers(0, 250))
def test_whatever_a_line_holds_it_steers_nothing_and_fits(line: str, column: int, length: int) -> None:
    shown, caret = pointed(line, column, length, 60)
    for character in shown:
        assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
    assert set(caret) <= {" ", "^"}
    assert bool(shown) == ("^" in caret)
    assert len(caret) <= 60


@pytest.mark.parametrize("column", [1, 500_000, 1_000_000])
def test_a_line_of_a_megabyte_takes_no_time(column: int) -> None:
    began = time.monotonic()
    for _ in range(20):
        pointed("x" * 1_000_000, column, 10, 60)
    assert time.monotonic() - began < 10

"""Commands of arbitrary text: no crash, no hang."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_cloudlab.material.shell.shell import commands_of
from tests.material.rules.judged import COLUMN, LINE, block_of

PIECES = """cd  A= export  <<EOF EOF for in do done if then fi case esac sudo env $( ${ <name> {a b} > $"""


@given(
    st.lists(
        st.one_of(
            st.sampled_from("(){}[]<>|&;'\"\\ \n#=`!*é$"),
            st.sampled_from([f"{each} " for each in PIECES.split(" ")] + ["\n$ ", "\n> ", "\nEOF\n"]),
        )
    ).map("".join),
    st.sampled_from(["bash", "console", ""]),
)
@settings(max_examples=400, deadline=None)
def test_nothing_is_too_strange(code: str, language: str) -> None:
    """It never raises, and every word stands where it says."""
    lines = code.split("\n")
    for command in commands_of(block_of(code, language)):
        for each in command.words:
            row, start = each.place.line - LINE, each.place.column - COLUMN
            assert 0 <= row < len(lines)
            assert 0 <= start <= len(lines[row])
            if each.place.length and each.text.isalnum():
                assert lines[row][start : start + each.place.length].strip("\"'$\\")


def test_time_grows_with_the_block_only() -> None:
    started = time.process_time()
    for piece in (
        "$(",
        "a=",
        "<<A ",
        "if a; then ",
        "( ",
        "a | ",
        "{ ",
        "x;",
        "'",
        '"',
        "`",
        "[[ a ",
        "\\\n",
        "<a> ",
    ):
        commands_of(block_of(piece * (16_000 // len(piece))))
    assert time.process_time() - started < 60

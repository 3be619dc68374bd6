"""Asks a rule for one block."""

from __future__ import annotations

from typing import Any, cast

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.finding import Found
from pytest_cloudlab.material.page import Page

LINE, COLUMN = 10, 5
"""Where the code of a block begins on its page."""


def block_of(code: str, language: str = "bash", options: str = "", *, closed: bool = True) -> Block:
    return Block("docs/a.md", "fence", language, options, code, LINE, COLUMN, "build", 1, closed=closed)


def judge(
    rule: Any, code: str, language: str = "bash", options: str = "", *, above: str = "", closed: bool = True
) -> list[Found]:
    """What a rule of blocks says, with places as if the code were the whole page."""
    before = above.split("\n")
    text = "\n".join(["", *[""] * (LINE - 3 - len(before)), *before, f"```{language}", code, "```"])
    page = Page("docs/a.md", text, cast(Any, None))
    return list(rule(block_of(code, language, options, closed=closed), page, cast(Any, None)))


def places(found: list[Found]) -> list[tuple[int, int]]:
    """Lines and columns in the code."""
    return [(each.place.line - LINE + 1, each.place.column - COLUMN + 1) for each in found]

"""The items of lists, as a page writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_cloudlab.material.markdown.source import TAB
from pytest_cloudlab.material.page import Page

_ITEM = re.compile(r"([ \t]*)([-*+•]|\d{1,4}[.)])([ \t]+)(?=\S)")
_TASK = re.compile(r"\[[ xX]\][ \t]+")
_BLOCK = re.compile(
    r"(?:[-*+]|\d{1,9}[.)])[ \t]|>|#|`{3}|~{3}|\||!!!|\?\?\?|===|:::|<|\{|=+$|-{3,}$|\*[ \t]*\*"
)
"""What would be a block of its own, and no longer is with a mark before it."""


@dataclass(frozen=True)
class Item:
    line: int
    indent: int
    """Columns before its marker, tabs expanded."""
    marker: str
    column: int
    """Of its text, from 1; 0 where the text is a block of its own."""

    @property
    def number(self) -> int | None:
        return int(self.marker[:-1]) if self.marker[:-1].isdigit() else None

    @property
    def is_markdown(self) -> bool:
        """Whether Python-Markdown has such lists."""
        return self.marker[-1] in "-*+."


def item_at(number: int, line: str) -> Item | None:
    match = _ITEM.match(line)
    if match is None:
        return None
    end = match.end()
    if task := _TASK.match(line, end):
        end = task.end()
    indent = len(match[1].expandtabs(TAB))
    column = 0 if _BLOCK.match(line, end) or end >= len(line) else end + 1
    return Item(number, indent, match[2], column)


def items_of(page: Page) -> Iterator[Item]:
    """In the order of the page; of prose only."""
    for number, line in page.prose:
        if item := item_at(number, line):
            yield item

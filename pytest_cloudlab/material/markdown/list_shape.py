"""How lists are meant, by where their items stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_cloudlab.material.markdown.list_item import Item, items_of
from pytest_cloudlab.material.markdown.paragraph import Paragraph, paragraphs_of
from pytest_cloudlab.material.markdown.source import TAB
from pytest_cloudlab.material.page import Page

FARTHEST = 300
"""Lines between two steps of one list."""
_BEGINS = re.compile(
    r"\s*(?:#{1,6}[ \t#]|!!!|\?\?\?|===|\||>|<|:::|\{[:%{]|-{3,}\s*$|\*{3,}\s*$|\[[^\]]+\]:)"
)
_INTRODUCES = re.compile(r"[:：]\s*[*_`)”\"]{0,4}\s*$")


def run_on(page: Page) -> Iterator[list[Item]]:
    """Items that follow text, or a block of code, without a blank line."""
    known = {item.line: item for item in items_of(page)}
    items: list[Item] = []
    above: Paragraph | None = None
    end = 0
    for paragraph in paragraphs_of(page):
        item = known.get(paragraph.line)
        if item and items and paragraph.line == end and item.indent >= items[0].indent:
            items.append(item)
        else:
            if _is_meant(above, items):
                yield items
            above = above if above and paragraph.line == end and _is_text(above) else None
            starts = item and (above or _follows_fence(page, item.line) or not item.is_markdown)
            items = [item] if item and starts else []
        if item is None:
            above = paragraph
        end = paragraph.line + paragraph.text.count("\n") + 1
    if _is_meant(above, items):
        yield items


def _is_text(paragraph: Paragraph) -> bool:
    return not _BEGINS.match(paragraph.text.rpartition("\n")[2])


def _follows_fence(page: Page, line: int) -> bool:
    above = line - 1
    return above in page.scanned.not_prose and page.lines[above - 1].strip()[:3] in ("```", "~~~")


def _is_meant(above: Paragraph | None, items: list[Item]) -> bool:
    """Two items or more; a single one only after a colon."""
    if not items or items[0].number not in (None, 0, 1):
        return False
    return len(items) > 1 or (above is not None and _INTRODUCES.search(above.text) is not None)


def interruption(page: Page, before: Item, item: Item) -> int:
    """The line between two steps that ends the list; 0 without one."""
    blank = False
    if item.line - before.line > FARTHEST:
        return 0
    for number in range(before.line + 1, item.line):
        line = page.lines[number - 1]
        if not line.strip():
            blank = True
            continue
        width = len(line.expandtabs(TAB)) - len(line.expandtabs(TAB).lstrip())
        prose = number not in page.scanned.not_prose
        if width < item.indent + TAB and (blank or not prose or _BEGINS.match(line)):
            return number
        blank = False
    return 0


@dataclass(frozen=True)
class Pair:
    parent: Item
    item: Item
    end: int
    """The last line of the whole list."""


def pairs(page: Page) -> Iterator[Pair]:
    """Items that are indented by two or three columns more than the item they belong to."""
    for items in _lists(page):
        open_items: list[Item] = []
        for item in items:
            while open_items and open_items[-1].indent >= item.indent:
                open_items.pop()
            if open_items:
                parent = open_items[-1]
                goes_on = parent.number is not None and item.number == parent.number + 1
                if 2 <= item.indent - parent.indent < TAB and not goes_on:
                    yield Pair(parent, item, items[-1].line)
            open_items.append(item)


def _lists(page: Page) -> Iterator[list[Item]]:
    """Items with nothing between them but what is indented, or goes on with an item's text."""
    items: list[Item] = []
    for item in items_of(page):
        if not item.is_markdown:
            continue
        if items and _ends(page, items[-1].line, item.line, items[0].indent):
            yield items
            items = []
        items.append(item)
    if items:
        yield items


def _ends(page: Page, start: int, end: int, indent: int) -> bool:
    blank = False
    for number in range(start + 1, end):
        line = page.lines[number - 1].expandtabs(TAB)
        if not line.strip():
            blank = True
            continue
        if len(line) - len(line.lstrip()) <= indent and (blank or _BEGINS.match(line)):
            return True
        blank = False
    return False

"""Code within a sentence: `like this`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place

MAX_CHARACTERS = 2000
"""Of a line; what stands further right is not looked at."""
_TICKS = re.compile(r"`+")


@dataclass(frozen=True)
class Span:
    """What stands between the backticks, and where."""

    text: str
    place: Place
    before: str
    """The line up to it, without the backticks."""
    after: str


@lru_cache(maxsize=2048)
def spans_of(page: Page) -> tuple[Span, ...]:
    """All of a page's prose, in its order. A span that goes on over a line's end is left out."""
    return tuple(
        span
        for number, line in page.prose
        if "`" in line
        for span in _spans(page, number, line[:MAX_CHARACTERS])
    )


def _spans(page: Page, number: int, line: str) -> list[Span]:
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(line)]
    closing: list[int | None] = [None] * len(runs)
    next_of: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        width = runs[index][1] - runs[index][0]
        closing[index] = next_of.get(width)
        next_of[width] = index
    found: list[Span] = []
    index = 0
    while index < len(runs):
        end = closing[index]
        if end is None:
            index += 1
            continue
        opened, start = runs[index]
        stop, after = runs[end]
        raw = line[start:stop]
        text = raw.strip()
        if text:
            column = start + len(raw) - len(raw.lstrip()) + 1
            place = page.at(number, column, len(text))
            found.append(Span(text, place, line[:opened], line[after:]))
        index = end + 1
    return found

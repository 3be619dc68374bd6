"""The sections of a page, by its headings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_cloudlab.material.markdown.heading import Heading
from pytest_cloudlab.material.page import Page


@dataclass(frozen=True)
class Section:
    heading: Heading
    above: tuple[Heading, ...]
    """The headings that it is under, outermost first."""
    own: range
    """Lines below the heading, up to the next one."""
    whole: range
    """Those and its parts', the heading's line included."""


def sections(page: Page) -> Iterator[Section]:
    """In order; what stands before the first heading is in none."""
    headings = page.headings
    last = len(page.lines) + 1
    ends = _ends(headings, last)
    above: list[Heading] = []
    for index, heading in enumerate(headings):
        while above and above[-1].level >= heading.level:
            above.pop()
        following = headings[index + 1].line if index + 1 < len(headings) else last
        yield Section(
            heading, tuple(above), range(heading.line + 1, following), range(heading.line, ends[index])
        )
        above.append(heading)


def section_of(page: Page, slug: str) -> Section | None:
    return next((one for one in sections(page) if one.heading.slug == slug), None)


def _ends(headings: tuple[Heading, ...], last: int) -> list[int]:
    """For each, the line of the next one of its level or above."""
    ends = [last] * len(headings)
    open_: list[int] = []
    for index, heading in enumerate(headings):
        while open_ and headings[open_[-1]].level >= heading.level:
            ends[open_.pop()] = heading.line
        open_.append(index)
    return ends

"""Follows a page from top to bottom: which scripts it runs, which paths it names that are not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from pytest_cloudlab.material.companions.missing import Miss
from pytest_cloudlab.material.companions.said import Said, said_on
from pytest_cloudlab.material.companions.shown import shown_on
from pytest_cloudlab.material.companions.walker import Run, Walker
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.shell.typed import Typed, typed_on


@dataclass(frozen=True)
class Walk:
    runs: tuple[Run, ...] = ()
    """Scripts of the companions that the page runs, in its order."""
    misses: tuple[Miss, ...] = ()
    """Paths that are not there, unless another page makes them."""
    made: frozenset[str] = frozenset()
    """Names of files and folders that the page itself makes, or gives the content of."""
    written: frozenset[str] = frozenset()
    """Of these, what its commands write or edit."""


@lru_cache(maxsize=512)
def walk(page: Page, course: Course) -> Walk:
    """What students come across who follow this page alone.

    >>> [run.path for run in walk(page, course).runs]
    ['training/train.py']
    """
    if not course.companions:
        return Walk()
    walker = Walker(page, course)
    events: list[tuple[int, int, Typed | Said]] = [
        *((each.line, 1, each) for each in typed_on(page)),
        *((each.line, 0, each) for each in (*said_on(page), *shown_on(page))),
    ]
    for _, _, event in sorted(events, key=lambda each: each[:2]):
        if isinstance(event, Typed):
            walker.follow(event)
        else:
            walker.hear(event)
    made, written = frozenset(walker.missing.made), frozenset(walker.written)
    return Walk(tuple(walker.runs), tuple(walker.needs.misses), made, written)


def made_elsewhere(page: Page, course: Course) -> Collection[str]:
    """Names of what other pages of the course make: students may have it from there."""
    pages, own = _makers(course), walk(page, course).made
    return {name for name, number in pages.items() if number > (name in own)}


@lru_cache(maxsize=8)
def _makers(course: Course) -> dict[str, int]:
    """How many pages make something of a name."""
    return Counter(name for page in course.pages.values() for name in walk(page, course).made)

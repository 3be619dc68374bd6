"""What a rule says of one page, by what the page has in the place of each finding."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from pytest_cloudlab.material.finding import Found
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.testing import course_of

NAME = "docs/m.md"


def found_on(rule: Any, text: str, *, others: Mapping[str, str] | None = None, **options: Any) -> list[Found]:
    """`others` are further pages; `docs/a.md` comes before the page, `docs/z.md` after it."""
    course = course_of({NAME: textwrap.dedent(text), **(others or {})}, **options)
    return list(rule(course.pages[NAME], course))


def marked(rule: Any, text: str, **options: Any) -> list[tuple[int, int, str]]:
    """Line, column, and what stands there."""
    lines = textwrap.dedent(text).split("\n")
    return [
        (place.line, place.column, lines[place.line - 1][place.column - 1 :][: place.length or None])
        for place in (found.place for found in found_on(rule, text, **options))
    ]


def messages(rule: Any, text: str, **options: Any) -> list[str]:
    return [found.message for found in found_on(rule, text, **options)]


def shell(*blocks: str) -> str:
    """A page of these blocks: the first one's code begins on line 4, the next one's is five lines on."""
    return "# Page\n\n" + "\n\n".join(f"```bash\n{block}\n```\n" for block in blocks)


def page_of(course: Any) -> Page:
    page: Page = course.pages[NAME]
    return page

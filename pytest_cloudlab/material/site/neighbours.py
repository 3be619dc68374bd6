"""The pages that students have seen before, or that a page sends them to."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.page import Page

_TARGET = re.compile(r"\]\(<?([^)\s#>?]{1,300}\.md)|\bhref=[\"']([^\"'#?]{1,300}\.(?:md|html))")


@lru_cache(maxsize=2048)
def linked_from(page: Page) -> frozenset[str]:
    """Paths of the pages that it links to, from the course's folder."""
    here = posixpath.dirname(page.path)
    return frozenset(
        posixpath.normpath(posixpath.join(here, re.sub(r"\.html\Z", ".md", one or other)))
        for one, other in _TARGET.findall(page.text)
    )


def neighbours_of(page: Page, course: Course) -> tuple[Page, ...]:
    """Those that come before it in the course, and those that it links to."""
    found: list[Page] = []
    before = True
    linked = linked_from(page)
    for path, each in course.pages.items():
        if each is page:
            before = False
        elif before or path in linked:
            found.append(each)
    return tuple(found)

"""Files that only this disk has."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.site.astray import name_of, place_of
from pytest_cloudlab.material.site.made import Made
from pytest_cloudlab.material.site.presence import LACKED, how_to_add


@rule("untracked-file", severity=Severity.ERROR, scope="page")
def untracked_file(page: Page, course: Course) -> Iterator[Found]:
    """A page links to a file that is on this disk and not in git: the site that is built elsewhere lacks it.

    Each file once a page. Leaves alone what a script or a workflow of the course makes, what lies in a
    repository within the repository, and courses that are no clones.
    """
    way = course.wayfinder
    if way.is_left_out(page):
        return
    made = Made(way.building, way.presence)
    seen: set[str] = set()
    for link in page.rendered.links:
        found = way.follow(page, link)
        if found.tracked or found.problem is not None or found.path in seen or made.covers(found.path):
            continue
        seen.add(found.path)
        said = f"{name_of(link)} leads to {found.path}, {LACKED}"
        yield Found(place_of(page, link), said, how_to_add(found.path))

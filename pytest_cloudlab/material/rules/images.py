"""Pictures, videos and sounds of the course's own."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.site.astray import MEDIA, astray


@rule("missing-image", severity=Severity.ERROR, scope="page")
def missing_image(page: Page, course: Course) -> Iterator[Found]:
    """A picture, a video or a sound is not where the page looks for it.

    Names count exactly, capital letters too, also on a disk that does not tell them apart. The path of a
    picture written in Markdown starts from the page's file; mkdocs leaves those in HTML as they are, and
    they start from the address of the page.

    Leaves alone what the rule `broken-link` leaves alone.
    """
    yield from astray(page, course, lambda link: link.tag in MEDIA)

"""Links to other sites. These rules find nothing unless they are asked to use the network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.markdown.link import Link
from pytest_cloudlab.material.online.answer import Answer, Kind
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.site.astray import name_of, place_of
from pytest_cloudlab.material.site.wayfinder import PLACEHOLDER

_NOBODYS = re.compile(
    r"(?i)(?:.*\.)?(?:example(?:\.(?:com|net|org))?|internal|invalid|lan|local|localhost|test)\.?|[\d.]+|.*:.*|[^.]*"
)
"""Hosts of examples and of networks at hand."""


@rule("gone-link", severity=Severity.ERROR, scope="course", online=True)
def gone_link(course: Course) -> Iterator[Found]:
    """A link leads to another site that answers that there is nothing (only with --online).

    404 and 410, asked for twice. What cannot be looked at is no finding: a host that does not answer, refuses
    robots or has no valid certificate is listed behind the findings. So is what a host of repositories may
    have made private.
    """
    for page, link, answer in _answers(course):
        if answer.kind is Kind.GONE:
            said = f"{name_of(link)} leads to nothing: its host answers {answer.why}."
            yield Found(place_of(page, link), said, "Link to where it is now, or drop it.")


@rule("moved-link", severity=Severity.WARNING, scope="course", online=True)
def moved_link(course: Course) -> Iterator[Found]:
    """A link leads to what its host says has moved for good (only with --online).

    Leaves alone short addresses, pages to sign in at, and moves that change nothing but the scheme, `www.`, a
    language or a slash.
    """
    for page, link, answer in _answers(course):
        if answer.kind is Kind.MOVED:
            said = f"{name_of(link)} leads to what has moved for good, to {answer.address}"
            yield Found(place_of(page, link), said, f"Write {answer.address}")


def _answers(course: Course) -> Iterator[tuple[Page, Link, Answer]]:
    if course.online is None:
        return
    links = [
        (page, link)
        for page in course.pages.values()
        for link in page.rendered.links
        if _is_elsewhere(link.target) and not course.wayfinder.is_own(link.target)
    ]
    answers: Mapping[str, Answer] = course.online.look(link.target for _, link in links)
    for page, link in links:
        yield page, link, answers[link.target]


def _is_elsewhere(target: str) -> bool:
    if not target.lower().startswith(("http://", "https://")) or PLACEHOLDER.search(target):
        return False
    try:
        host = urlsplit(target).hostname or ""
    except ValueError:
        return False
    return _NOBODYS.fullmatch(host) is None

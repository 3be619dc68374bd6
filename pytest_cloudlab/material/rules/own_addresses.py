"""The site's own addresses, written out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.site.destination import Problem
from pytest_cloudlab.material.site.wayfinder import PLACEHOLDER

LONGEST = 2000
_CLOSING = {")": "(", "]": "[", "}": "{"}


@rule("own-address", severity=Severity.ERROR, scope="page")
def own_address(page: Page, course: Course) -> Iterator[Found]:
    """An address on the course's own site leads to nothing there.

    Looks at `site_url` and `aliases` wherever a page has them: in links, in text, in commands to type. What
    answers there is what mkdocs builds, with directory URLs or without.

    Leaves alone addresses with a placeholder, those of versions (mike), of themes and of plugins, and what
    may stand beside the course on a host that it has not to itself.
    """
    way = course.wayfinder
    hosts = {urlsplit(each).netloc for each in (course.site.url, *course.site.aliases)} - {""}
    if not hosts or not course.site.file or way.is_left_out(page):
        return
    pattern = re.compile(
        rf"https?://(?:{'|'.join(map(re.escape, sorted(hosts)))})(?![\w.:-])[^\s<>\"'`|\\]*", re.I
    )
    for number, line in _shown(page):
        for match in pattern.finditer(line):
            if len(match[0]) > LONGEST:
                continue
            url = _trimmed(match[0])
            if line[: match.start()].endswith("<") and line[match.end() : match.end() + 1] == " ":
                continue  # it goes on behind the blank
            if PLACEHOLDER.search(url) or not way.is_own(url):
                continue
            found = way.at_own(url, page.path)
            if found.problem is None:
                continue
            place = page.at(number, match.start() + 1, len(url))
            nothing = "There is nothing at this address of the course's own site"
            if found.problem is Problem.NOTHING:
                remedy = f"Did you mean {found.write}?" if found.write else "Mend it, or add the page."
                yield Found(place, f"{nothing}.", remedy)
            else:
                yield Found(place, f"{nothing}: {found.path} is at {found.write}.", f"Write {found.write}.")


def _shown(page: Page) -> Iterator[tuple[int, str]]:
    """Prose and code."""
    yield from page.prose
    for block in page.blocks:
        for number in range(block.line, block.line + block.code.count("\n") + 1):
            if number <= len(page.lines):
                yield number, page.lines[number - 1]


def _trimmed(url: str) -> str:
    """Without what belongs to the sentence."""
    while url:
        last = url[-1]
        if last in ".,;:!?*_~" or (last in _CLOSING and url.count(last) > url.count(_CLOSING[last])):
            url = url[:-1]
        else:
            break
    return url

"""Finds out where a page's links lead, as mkdocs and browsers do."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.markdown.link import Link
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.site.addresses import Addresses
from pytest_cloudlab.material.site.building import building_of
from pytest_cloudlab.material.site.destination import ELSEWHERE, Destination
from pytest_cloudlab.material.site.loose_ways import LooseWays
from pytest_cloudlab.material.site.presence import Presence
from pytest_cloudlab.material.site.site_ways import SiteWays

PLACEHOLDER = re.compile(r"[{}<>$|^\[\]…]|%7[bB]|\.\.\.")
_WRITTEN = re.compile(r"=\s*[\"']?\Z")


class Wayfinder:
    """Of one course; `course.wayfinder` remembers what it found."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.building = building_of(course)
        self.addresses = Addresses(self.building)
        self.presence = Presence(course)
        self.site = SiteWays(self.building, self.addresses, self.presence)
        self._loose = LooseWays(self.building, self.presence)
        self._known: dict[tuple[str, str, bool], Destination] = {}

    def follow(self, page: Page, link: Link) -> Destination:
        key = page.path, link.target, is_raw(page, link)
        if key not in self._known:
            self._known[key] = self._followed(page, link.target, raw=key[2])
        return self._known[key]

    def is_left_out(self, page: Page) -> bool:
        """Whether mkdocs keeps it off the site, and nothing else puts it there: a draft."""
        within = self.addresses.within(page.path)
        if not self.course.site.file or within is None or page.kind == "deck":
            return False
        return self.building.left_out.cover(within)

    def is_judged(self, page: Page) -> bool:
        """Whether it is known where the page's links lead, and not only where they may lead."""
        made = page.kind == "page" or page.path.endswith((".html", ".htm"))
        return bool(self.course.site.file) and made and self.addresses.within(page.path) is not None

    def is_own(self, target: str) -> bool:
        """Whether it is an absolute address on the course's own site."""
        try:
            return self.course.site.owns(target)
        except ValueError:  # of urllib, for what is no address
            return False

    def _followed(self, page: Page, target: str, *, raw: bool) -> Destination:
        if PLACEHOLDER.search(target):
            return ELSEWHERE
        try:
            parts = urlsplit(target)
        except ValueError:
            return ELSEWHERE
        fragment = unquote(parts.fragment)
        if parts.scheme or parts.netloc:
            found = self.at_own(target, page.path)
        elif not parts.path:
            found = Destination(page.path)
        elif self.is_judged(page):
            within = self.addresses.within(page.path) or ""
            if raw and self.building.blog and within.startswith(f"{self.building.blog}/"):
                return ELSEWHERE
            found = self.site.from_page(within, unquote(parts.path), raw=raw or page.kind == "deck")
        else:
            found = self._loose.from_page(page, unquote(parts.path))
        return replace(found, fragment=fragment)

    def at_own(self, target: str, asker: str) -> Destination:
        """Where an absolute address leads, if it is the course's own and mkdocs makes the site. `asker`: the
        file that has it."""
        within = self.addresses.within_site(target) if self.course.site.file else None
        return ELSEWHERE if within is None else self.site.at(within, asker)


def is_raw(page: Page, link: Link) -> bool:
    """Whether it stands on the page as HTML, whose addresses mkdocs leaves as they are."""
    if link.tag not in ("a", "img"):
        return True
    line = page.lines[link.line - 1] if link.line <= len(page.lines) else ""
    return bool(_WRITTEN.search(line[max(link.column - 100, 0) : link.column - 1]))

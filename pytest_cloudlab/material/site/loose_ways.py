"""Where links lead when nobody says how the site is made: on decks, and in courses without mkdocs.yml."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from pytest_cloudlab.material.companions.suggestion import NearPaths
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.site.building import Building
from pytest_cloudlab.material.site.destination import ELSEWHERE, Destination, Problem
from pytest_cloudlab.material.site.made import Made
from pytest_cloudlab.material.site.presence import Presence, State

_JUDGED = frozenset(
    {
        ".csv", ".gif", ".htm", ".html", ".ipynb", ".jpeg", ".jpg", ".json", ".md", ".mp4", ".pdf", ".png",
        ".py", ".sh", ".svg", ".toml", ".txt", ".webm", ".webp", ".yaml", ".yml", ".zip",
    }
)  # fmt: skip


class LooseWays:
    """Takes a link for good when it leads somewhere in any of the ways that sites are made in."""

    def __init__(self, building: Building, presence: Presence) -> None:
        self._course = building.course
        self._presence = presence
        self._made = Made(building, presence)
        self._near = NearPaths(building.course.files)

    def from_page(self, page: Page, path: str) -> Destination:
        places = list(self._places(page, path.replace("\\", "/")))
        for each in places:
            if self._presence.state(each) is State.UNKNOWN:
                return ELSEWHERE
            for form in _forms(each):
                if self._presence.is_there(form):
                    return Destination(form, tracked=self._presence.state(form) is State.THERE)
            if self._presence.has_folder(each) or each in (".", ""):
                return Destination(each)
        first = places[0]
        here = posixpath.dirname(page.path)
        for each in places:
            other = self._presence.listing.other_case(each)
            if other and self._presence.listing.is_file(other):
                return Destination(other, problem=Problem.CASE, write=posixpath.relpath(other, here or "."))
        if posixpath.splitext(path)[1].lower() not in _JUDGED or any(map(self._made.covers, places)):
            return ELSEWHERE
        if path.startswith("/") or not self._presence.has_folder(posixpath.dirname(first)):
            return ELSEWHERE
        meant = self._near.path(first, page.path)
        write = posixpath.relpath(meant, here or ".") if meant else ""
        return Destination(first, problem=Problem.NOTHING, write=write)

    def _places(self, page: Page, path: str) -> Iterator[str]:
        """Seen from the source, from the page's address, and from the tops of the pages and the course."""
        here = posixpath.dirname(page.path)
        docs = self._course.site.docs
        below = path.lstrip("/")
        folders = [docs, ""] if path.startswith("/") else [here, posixpath.splitext(page.path)[0]]
        if page.kind == "deck" and not path.startswith("/"):
            folders += [docs, ""]
        seen: set[str] = set()
        for folder in folders:
            found = posixpath.normpath(posixpath.join(folder, below))
            if found not in seen:
                seen.add(found)
                yield found


def _forms(path: str) -> Iterator[str]:
    yield path
    stem = path.removesuffix(".html")
    if not posixpath.splitext(stem)[1]:
        yield from (
            f"{stem}.md",
            f"{stem}/index.md",
            f"{stem}/README.md",
            f"{stem}.html",
            f"{stem}/index.html",
        )

"""Where links lead on the site that mkdocs makes."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

from pytest_cloudlab.material.companions.suggestion import CLOSE, NearPaths
from pytest_cloudlab.material.site.addresses import Addresses
from pytest_cloudlab.material.site.building import Building
from pytest_cloudlab.material.site.destination import ELSEWHERE, Destination, Problem
from pytest_cloudlab.material.site.made import Made
from pytest_cloudlab.material.site.presence import Presence, State
from pytest_cloudlab.material.site.site import is_page

NEARLY = 0.93
"""How near a name must be where plugins may add files that nobody sees here."""
_CERTAIN = (Problem.CASE, Problem.BACKSLASH, Problem.LEFT_OUT)
_OTHER_SITE = re.compile(
    r"www\.[\w-]+\.|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|edu|gov|fr|uk|eu|de)(?:/|\Z)"
)
_THEMES = (
    "404.html", "assets/_mk", "assets/external/", "assets/images/favicon.png", "assets/images/social/",
    "assets/javascripts/", "assets/stylesheets/", "css/base.css", "feed_", "objects.inv", "robots.txt",
    "search/search_index.json", "sitemap.xml",
)  # fmt: skip
"""What mkdocs, its theme and its plugins put there themselves."""


class SiteWays:
    def __init__(self, building: Building, addresses: Addresses, presence: Presence) -> None:
        self._building = building
        self._addresses = addresses
        self._presence = presence
        self._made = Made(building, presence)
        self.near = NearPaths(building.course.site.files)
        self._decks = frozenset(path for path, page in building.course.pages.items() if page.kind == "deck")

    def from_page(self, within: str, path: str, *, raw: bool) -> Destination:
        """`within`: the page's path from the folder of pages. `path`: the link's, decoded. `raw`: whether
        mkdocs leaves it as it is."""
        here = self._addresses.of(within)
        if path.startswith("/"):
            return self._from_top(within, path, raw=raw)
        address = joined(here, path)
        source = posixpath.normpath(posixpath.join(posixpath.dirname(within), path.replace("\\", "/")))
        if not raw and "\\" not in path and (found := self._published(source)):
            return found
        if address is not None and (found := self._at(address)):
            return found
        if self._presence.state(self._path(source)) is State.UNKNOWN and not source.startswith("../.."):
            return ELSEWHERE
        wrong = self._from_source(within, path, source, raw=raw)
        if wrong is None and address is not None:
            wrong = self._from_address(address, here)
        if wrong is not None:
            # What makes pages may look for them in other places, and give them other addresses.
            return ELSEWHERE if self._building.may_add and wrong.problem not in _CERTAIN else wrong
        if _OTHER_SITE.match(path):
            return Destination(self._path(source), problem=Problem.SCHEME, write=f"https://{path}")
        return self._nothing(within, path, source, address, raw=raw)

    def at(self, address: str, asker: str) -> Destination:
        """What an address on the site, decoded, leads to. `asker`: the page that has it."""
        address = address.lstrip("/")  # of `https://site//page`
        found = self._at(address) or self._from_address(address, "")
        if found is not None:
            return found
        path = self._addresses.source(address)
        top, below, _ = address.partition("/")
        # Where the site is a whole host's, others may have put what they like beside it.
        is_own = urlsplit(self._building.course.site.url).path != "/" or (below and self._is_folder(top))
        if self._building.is_versioned or not is_own or self._made.covers(path) or self._building.may_add:
            return ELSEWHERE
        if address.startswith(_THEMES) or (top and top in (self._building.blog, self._building.tags)):
            return ELSEWHERE
        meant = self.near.path(path if posixpath.splitext(path)[1] else f"{path.rstrip('/')}.md", asker)
        write = self._building.course.site.address(meant) if meant else ""
        return Destination(path, problem=Problem.NOTHING, write=write)

    def _from_top(self, within: str, path: str, *, raw: bool) -> Destination:
        below = path.lstrip("/")
        if self._building.from_docs and not raw:
            return self.from_page("index.md", below or ".", raw=raw)
        top = urlsplit(self._building.course.site.url).path
        if top and path.startswith(top):
            return self.at(path.removeprefix(top), within)
        found = self._at(below) or self._published(posixpath.normpath(below))
        if found is None or (not top and not is_page(below)):
            return found or ELSEWHERE
        write = self._written(within, found.path, raw=raw)
        return ELSEWHERE if self._building.may_add else replace(found, problem=Problem.ABSOLUTE, write=write)

    def _published(self, source: str) -> Destination | None:
        """The file of this path in the folder of pages, if mkdocs puts it on the site."""
        if source.startswith("..") or self._building.left_out.cover(source):
            return None
        path = self._addresses.source(source)
        there = self._presence.is_there(path)
        return Destination(path, tracked=self._presence.state(path) is State.THERE) if there else None

    def _at(self, address: str) -> Destination | None:
        path = self._addresses.behind(address)
        if path and (path not in self._building.course.files or self._presence.is_there(path)):
            return Destination(path, tracked=self._presence.state(path) is not State.UNTRACKED)
        found = [p for p in self._addresses.candidates(address) if self._presence.state(p) is State.UNTRACKED]
        return Destination(found[0], tracked=False) if found else None

    def _from_source(self, within: str, path: str, source: str, *, raw: bool) -> Destination | None:
        """What a file that is there, seen from the page's source, says about the link."""
        whole = self._path(source)
        stem = whole.removesuffix(".html")
        pages = [f"{stem}.md", f"{stem}/index.md", f"{stem}/README.md"]
        candidates = [whole] if posixpath.splitext(whole)[1] not in ("", ".html") else [whole, *pages]
        for each in candidates:
            there = each if self._presence.is_there(each) else self._presence.listing.other_case(each)
            if not there or not self._presence.listing.is_file(there):
                continue
            if source.startswith(".."):
                problem = Problem.OUTSIDE
            elif self._building.left_out.cover(self._addresses.within(there) or ""):
                problem = Problem.LEFT_OUT
            elif there in self._decks:
                return ELSEWHERE
            elif raw:
                at = self._addresses.source(joined(self._addresses.of(within), path) or "")
                problem = Problem.BUILT if is_page(there) and at == there else Problem.RAW
            elif there != each:
                problem = Problem.CASE
            elif "\\" in path:
                problem = Problem.BACKSLASH
            else:
                problem = Problem.BUILT if whole.endswith(".html") else Problem.SUFFIX
            write = (
                ""
                if problem in (Problem.OUTSIDE, Problem.LEFT_OUT)
                else self._written(within, there, raw=raw)
            )
            return Destination(there, problem=problem, write=write)
        return None

    def _from_address(self, address: str, here: str) -> Destination | None:
        """What a page or a file that is there says about an address that is not. `here`: the page's own."""
        stem = address.rstrip("/").removesuffix(".html")
        for each in (f"{stem}.md", f"{stem}/index.md", address):
            path = self._addresses.source(each)
            there = path if self._presence.is_there(path) else self._presence.listing.other_case(path)
            within = (
                self._addresses.within(there) if there and self._presence.listing.is_file(there) else None
            )
            if within is None or self._building.left_out.cover(within):
                continue
            if there in self._decks:
                return ELSEWHERE
            built = is_page(within) and there == path
            write = (
                relative(here, self._addresses.of(within))
                if here
                else self._building.course.site.address(there)
            )
            return Destination(there, problem=Problem.BUILT if built else Problem.CASE, write=write)
        return None

    def _nothing(self, within: str, path: str, source: str, address: str | None, *, raw: bool) -> Destination:
        outside = (
            address is None if raw else source.startswith("..") and address is None and not is_page(path)
        )
        if outside:
            return ELSEWHERE
        inside = address is not None and (raw or source.startswith(".."))
        whole = self._addresses.source(address or "") if inside else self._path(source)
        if self._made.covers(whole) or (address or "").startswith(_THEMES):
            return ELSEWHERE
        may_add = self._building.may_add
        named = whole if posixpath.splitext(whole)[1] else f"{whole}.md"
        meant = self.near.path(named, within, close=NEARLY if may_add else CLOSE, anywhere=not may_add)
        if may_add and not meant:
            return ELSEWHERE
        write = self._written(within, meant, raw=raw) if meant else ""
        return Destination(whole, problem=Problem.NOTHING, write=write)

    def _written(self, within: str, path: str, *, raw: bool) -> str:
        """How a link on the page has to be written to lead to a file of the site."""
        target = self._addresses.within(path) or path
        if raw:
            return relative(self._addresses.of(within), self._addresses.of(target))
        return quote(posixpath.relpath(target, posixpath.dirname(within) or "."))

    def _path(self, source: str) -> str:
        return posixpath.normpath(self._addresses.source(source))

    def _is_folder(self, name: str) -> bool:
        return self._presence.has_folder(self._addresses.source(name))


def joined(here: str, path: str) -> str | None:
    """The address that a browser makes of `path` on a page at `here`; None for one above the site."""
    path = path.replace("\\", "/")
    found = posixpath.normpath(posixpath.join(posixpath.dirname(here), path))
    if found == ".." or found.startswith("../"):
        return None
    ends = path.endswith("/") or posixpath.basename(path) in (".", "..")
    return "" if found == "." else found + ("/" if ends else "")


def relative(here: str, there: str) -> str:
    """What leads from one address of the site to another."""
    found = posixpath.relpath(there or ".", posixpath.dirname(here) or ".")
    return quote(f"{found}/" if there.endswith("/") or not there else found)

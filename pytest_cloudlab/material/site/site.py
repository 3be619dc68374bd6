"""What mkdocs makes of the pages: their addresses, the navigation."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from pytest_cloudlab.material.markdown.rendering import Markup

MARKDOWN = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
"""Ends of the names of pages, as mkdocs knows them."""


@dataclass(frozen=True)
class NavEntry:
    title: str
    """Empty where the entry leaves it to the page."""
    path: str
    """As the file has it: from the folder of pages, or an address."""
    line: int
    """In the site's file."""


@dataclass(frozen=True)
class Site:
    name: str
    url: str
    """Ends in a slash; empty when nobody says."""
    docs: str
    """Folder of the pages, from the course's folder; `.` for the folder itself."""
    directory_urls: bool
    nav: tuple[NavEntry, ...]
    """Empty when the site's file gives none: then all pages are in it."""
    markup: Markup
    file: str
    """Path of mkdocs.yml; empty without one."""
    aliases: tuple[str, ...] = ()
    """Further addresses of the site; each ends in a slash."""
    files: frozenset[str] = frozenset()
    """Paths, from the course's folder, of all that is published."""
    plugins: tuple[str, ...] = ()
    """Names of what else mkdocs runs: some make pages, navigation or links."""

    def address(self, path: str) -> str:
        """Where the page or file `path` is published; from the site's root when its URL is not known.

        >>> site.address("docs/build.md")
        'https://octo.github.io/course/build/'
        """
        return self.url + self._published(path)

    def owns(self, address: str) -> bool:
        """Whether the address, an absolute one, is below the site's URL or one of its aliases."""
        return self._rest(address) is not None

    def page_of(self, address: str) -> str | None:
        """Path of the page or file that an absolute address of the site is of; None for what is not there."""
        rest = self._rest(address)
        return None if rest is None else self._by_address.get(rest)

    def _rest(self, address: str) -> str | None:
        """What follows the site's own part: `build/`; without a slash at its end, and `index.html`."""
        try:
            wanted = urlsplit(address)
        except ValueError:  # `https://[`
            return None
        for base in (self.url, *self.aliases):
            own = urlsplit(base)
            if (
                not base
                or wanted.scheme not in ("http", "https")
                or wanted.netloc.lower() != own.netloc.lower()
            ):
                continue
            path = unquote(wanted.path) or "/"
            if path == own.path.rstrip("/") or path.startswith(own.path):
                return path[len(own.path) :].removesuffix("index.html").rstrip("/")
        return None

    @cached_property
    def _by_address(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for path in sorted(self.files):
            # README.md gives way to index.md, as in mkdocs.
            found.setdefault(self._published(path).removesuffix("index.html").rstrip("/"), path)
        for path in self.files:
            if is_page(path) and posixpath.basename(path).lower().startswith("index."):
                found[self._published(path).removesuffix("index.html").rstrip("/")] = path
        return found

    def _published(self, path: str) -> str:
        below = posixpath.relpath(path, self.docs) if self.docs != "." else path
        if not is_page(below):
            return below
        folder, name = posixpath.split(below)
        stem = posixpath.splitext(name)[0]
        if stem in ("index", "README"):
            return posixpath.join(folder, "" if self.directory_urls else "index.html")
        return posixpath.join(folder, f"{stem}/" if self.directory_urls else f"{stem}.html")


def is_page(path: str) -> bool:
    return path.lower().endswith(MARKDOWN)

"""Which addresses the built site has, and what stands behind them."""

from __future__ import annotations

import posixpath
from functools import cached_property
from urllib.parse import unquote, urlsplit

from pytest_cloudlab.material.site.building import Building
from pytest_cloudlab.material.site.site import is_page

_INDEXES = ("index", "README")


class Addresses:
    """Addresses are from the site's own, without a slash before them: `build/`, `img/a.png`, or empty."""

    def __init__(self, building: Building) -> None:
        self._building = building
        site = building.course.site
        self.docs = "" if posixpath.normpath(site.docs) == "." else posixpath.normpath(site.docs)
        self._directories = site.directory_urls

    def source(self, within: str) -> str:
        """The path from the course's folder of what has the path `within` the folder of pages."""
        return posixpath.join(self.docs, within)

    def within(self, path: str) -> str | None:
        """The path from the folder of pages; None for what is not in there."""
        if not self.docs:
            return path
        return path.removeprefix(f"{self.docs}/") if path.startswith(f"{self.docs}/") else None

    def of(self, within: str) -> str:
        """Where mkdocs puts a file of the folder of pages: `build.md` at `build/`, or `build.html`."""
        if not is_page(within):
            return within
        stem = posixpath.splitext(within)[0]
        folder, name = posixpath.split(stem)
        if name in _INDEXES:
            return f"{folder}/" if folder else ""
        return f"{stem}/" if self._directories else f"{stem}.html"

    def behind(self, address: str) -> str:
        """The path, from the course's folder, of what answers there; empty when nothing does.

        Servers of static files take `build` for `build/` and for `build.html`, too.
        """
        address = (
            address.removesuffix("index.html") if posixpath.basename(address) == "index.html" else address
        )
        for each in (address, f"{address}/", f"{address}.html") if address else ("",):
            if each in self._served:
                return self._served[each]
        return ""

    def candidates(self, address: str) -> tuple[str, ...]:
        """Paths of files that would answer there, if they were there."""
        stem = address.rstrip("/").removesuffix(".html") or "index"
        names = [f"{stem}.md", f"{stem}/index.md", f"{stem}/index.html"]
        return tuple(self.source(each) for each in ([*names, address] if address else names))

    def within_site(self, url: str) -> str | None:
        """The address on the site of an absolute one, under whichever of its names; None for others'."""
        parts = urlsplit(url)
        site = self._building.course.site
        path = unquote(parts.path) or "/"
        for each in (site.url, *site.aliases):
            own = urlsplit(each)
            if own.netloc and own.netloc.lower() == parts.netloc.lower():
                folder = own.path.rstrip("/") + "/"
                if f"{path}/".startswith(folder):
                    return path[len(folder) :]
        return None

    @cached_property
    def _served(self) -> dict[str, str]:
        """Paths by their addresses. Of `README.md` and `index.md` in one folder, mkdocs takes the latter."""
        course = self._building.course
        found: dict[str, str] = {}
        theme = self._building.theme_folder
        for path in sorted({*course.files, *course.pages}):
            within = self.within(path)
            if within is not None and not self._building.left_out.cover(within):
                found[self.of(within)] = path
                if posixpath.basename(within) == "index.html":
                    found[within.removesuffix("index.html")] = path
            elif theme and path.startswith(f"{theme}/"):
                found.setdefault(path.removeprefix(f"{theme}/"), path)
        for within in self._building.redirects:
            found.setdefault(self.of(within), "redirect")
        return found

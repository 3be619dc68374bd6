"""Which missing files may be there once the site is built."""

from __future__ import annotations

import posixpath
import re
from functools import cached_property

from pytest_cloudlab.material.site.building import Building
from pytest_cloudlab.material.site.presence import Presence
from pytest_cloudlab.material.site.site import is_page

_SHORTEST = 5
_BETWEEN = re.compile(r"[\s\"'`=:;,()<>\[\]{}|&]+")
_COMMON = frozenset({"index.html", "readme.html"})


class Made:
    def __init__(self, building: Building, presence: Presence) -> None:
        self._building = building
        self._presence = presence

    def covers(self, path: str) -> bool:
        """Whether `path`, from the course's folder, is made from another file of the course, or is named in a
        script or a workflow, itself or by the folder it would be in."""
        if self._presence.has_source(path):
            return True
        folder, name = posixpath.split(path.rstrip("/"))
        # Names of pages are common: that of the folder has to be there as well.
        named = posixpath.join(posixpath.basename(folder), name) if is_page(name) or name in _COMMON else name
        if len(named) >= _SHORTEST and named in self._named:
            return True
        return self._first_missing(posixpath.dirname(path)) in self._folders

    @cached_property
    def _named(self) -> frozenset[str]:
        """All names in the scripts, and all names with the folder that they are in."""
        return frozenset("/".join(parts[at : at + size]) for parts in self._paths for size in (1, 2)
                         for at in range(len(parts) - size + 1))  # fmt: skip

    @cached_property
    def _folders(self) -> frozenset[str]:
        """Names that stand beside a slash there."""
        return frozenset(part for parts in self._paths if len(parts) > 1 for part in parts if part)

    @cached_property
    def _paths(self) -> list[list[str]]:
        return [word.split("/") for word in _BETWEEN.split(self._building.scripts) if word]

    def _first_missing(self, folder: str) -> str:
        """The name of the outermost folder above that git has nothing in; empty when all are there."""
        found = ""
        while folder.strip("/") and not self._presence.has_folder(folder):  # there is none above the root
            folder, found = posixpath.split(folder)
        return found

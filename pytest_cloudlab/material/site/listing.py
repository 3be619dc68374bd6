"""What lies in the course's folder, by its exact names, whatever the file system makes of capital letters."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

MOST_NAMES = 20_000


class Listing:
    """Folders are listed when they are first asked about, and once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[str, frozenset[str]] = {}
        self._folded: dict[str, dict[str, list[str]]] = {}

    def has(self, path: str) -> bool:
        """Whether there is a file or folder `path`, from the root, of exactly this name."""
        if path in ("", "."):
            return True
        folder, name = posixpath.split(path)
        return name in self.names(folder) and self.has(folder)

    def names(self, folder: str) -> frozenset[str]:
        """Of all that lies in a folder; nothing for one that is not there, or not in the root."""
        if folder not in self._names:
            self._names[folder] = self._listed(folder)
        return self._names[folder]

    def is_file(self, path: str) -> bool:
        return self.has(path) and (self._root / path).is_file()

    def other_case(self, path: str) -> str:
        """The one path that differs from `path` in nothing but capital letters; empty without one."""
        found = ""
        for name in path.split("/"):
            names = self.names(found)
            if name not in names:
                same = self._alike(found).get(name.casefold(), ())
                if len(same) != 1:
                    return ""
                name = same[0]
            found = posixpath.join(found, name)
        return found if found != path else ""

    def _alike(self, folder: str) -> dict[str, list[str]]:
        """Names by what they are without capital letters."""
        if folder not in self._folded:
            self._folded[folder] = {}
            for name in self.names(folder):
                self._folded[folder].setdefault(name.casefold(), []).append(name)
        return self._folded[folder]

    def _listed(self, folder: str) -> frozenset[str]:
        if folder.startswith(("/", "..")):
            return frozenset()
        try:
            with os.scandir(self._root / folder) as entries:
                return frozenset(entry.name for entry, _ in zip(entries, range(MOST_NAMES), strict=False))
        except (OSError, ValueError):
            return frozenset()

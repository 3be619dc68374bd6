"""A repository that the pages send students to, as it lies here."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

MAX_BYTES = 1 << 20


@dataclass(frozen=True, eq=False)
class Companion:
    folder: Path
    url: str
    """Empty when the pages give none."""
    checkout: tuple[str, ...]
    """Names of its folder on the students' machines: `app`, `/workspaces/app`."""
    files: frozenset[str]
    """Paths of what git tracks, or of all files where it is no clone."""

    @cached_property
    def folders(self) -> frozenset[str]:
        found: set[str] = set()
        for path in self.files:
            while path := posixpath.dirname(path):
                found.add(path)
        return frozenset(found)

    def text(self, path: str) -> str | None:
        """The file's text; None when it is none, too long, or not there."""
        if path not in self.files:
            return None
        try:
            with (self.folder / path).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError:
            return None
        if len(data) > MAX_BYTES or b"\0" in data:
            return None
        return data.decode("utf-8", "replace").replace("\r\n", "\n")

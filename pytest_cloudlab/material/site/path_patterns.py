"""Patterns of paths as .gitignore has them, which mkdocs.yml takes for `exclude_docs` and `not_in_nav`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase


class PathPatterns:
    """
    >>> drafts = PathPatterns("drafts/\\n*.tmp.md\\n!/keep.tmp.md")
    >>> drafts.cover("a/drafts/b.md"), drafts.cover("a.tmp.md"), drafts.cover("keep.tmp.md")
    (True, True, False)
    """

    def __init__(self, text: str) -> None:
        self._patterns = tuple(_read(text))

    def cover(self, path: str) -> bool:
        """Whether a file is meant; of several patterns that match, the last decides."""
        names = path.split("/")
        covered = False
        for pattern in self._patterns:
            if covered is not pattern.wanted and pattern.matches(names):
                covered = pattern.wanted
        return covered


@dataclass(frozen=True)
class _Pattern:
    parts: tuple[str, ...]
    wanted: bool
    folders: bool
    """Whether it means folders only."""

    def matches(self, names: list[str]) -> bool:
        """The file itself, or a folder above it."""
        ends = {0}
        for index, part in enumerate(self.parts):
            if part == "**":
                # At the end it means what is inside: one name at least.
                first = min(ends, default=len(names)) + (index == len(self.parts) - 1)
                ends = set(range(first, len(names) + 1))
            else:
                ends = {end + 1 for end in ends if end < len(names) and fnmatchcase(names[end], part)}
        return any(end < len(names) or not self.folders for end in ends)


def _read(text: str) -> Iterator[_Pattern]:
    for line in text.splitlines():
        line = line.strip()
        wanted = not line.startswith("!")
        written = line.removeprefix("!").removeprefix("\\")
        parts = [part for part in written.split("/") if part]
        if not parts or line.startswith("#"):
            continue
        anchored = "/" in written.rstrip("/")
        yield _Pattern(tuple(parts if anchored else ["**", *parts]), wanted, written.endswith("/"))

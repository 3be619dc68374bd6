"""Where in the material something stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Place:
    """A stretch of one line of a file, as editors count.

    >>> str(Place("docs/build.md", 12, 5))
    'docs/build.md:12:5'
    """

    path: str
    """From the course's folder, with forward slashes."""
    line: int
    """From 1."""
    column: int = 1
    """In characters, from 1."""
    length: int = 0
    """In characters; 0 means up to the end of the line."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

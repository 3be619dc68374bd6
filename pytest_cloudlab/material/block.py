"""A block of code on a page, as students copy it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pytest_cloudlab.material.place import Place

Kind = Literal["fence", "indented", "html"]


@dataclass(frozen=True)
class Block:
    """Code with its container's indentation taken off, and where it stands.

    >>> block.name
    'docs/build.md::build-the-image::2'
    """

    page: str
    """Path of the page."""
    kind: Kind
    language: str
    """The fence's first word in lower case, e.g. `bash`; empty when it names none."""
    options: str
    """The rest of the fence's line, e.g. `title="app.py" linenums="1"`."""
    code: str
    """Lines joined by `\\n`, without the last one's."""
    line: int
    """Of the first line of code on the page, from 1."""
    column: int
    """Where the code's own first column stands on the page, from 1."""
    heading: str
    """Slug of the heading it stands under; empty before the first."""
    ordinal: int
    """From 1: which block under its heading it is."""
    inside: tuple[str, ...] = ()
    """The containers around it, outermost first: `admonition`, `details`, `tab`, `list`, `quote`, `html`."""
    closed: bool = True
    """False for a fence that never ends."""
    columns: tuple[int, ...] = ()
    """Of each line of code, where not all start in `column`: tabs and spaces before them are mixed."""

    @property
    def name(self) -> str:
        """Stays the same when text is added elsewhere on the page."""
        return f"{self.page}::{self.heading or 'top'}::{self.ordinal}"

    def at(self, line: int, column: int = 1, length: int = 0) -> Place:
        """The place on the page of a line and column of `code`, both from 1."""
        start = self.columns[line - 1] if 0 < line <= len(self.columns) else self.column
        return Place(self.page, self.line + line - 1, start + column - 1, length)

"""What a page's structure is made of while it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pytest_cloudlab.material.markdown.line_kinds import Kinds
from pytest_cloudlab.material.markdown.source import Line

INDENT = 4
"""Columns that make what follows part of a container."""


@dataclass(eq=False)
class Node:
    """An element of the page, as far as what follows depends on it."""

    tag: str
    inside: tuple[str, ...] = ()
    last: Node | None = None
    before: Node | None = None
    """The sibling that it follows; only of the last child."""
    text: bool = False
    """Whether text stands in it directly."""
    code: list[Line] = field(default_factory=list)
    """Of indented code."""

    def add(self, tag: str, label: str = "") -> Node:
        if self.last is not None:
            self.last.before = None
        self.last = Node(tag, (*self.inside, label) if label else self.inside, before=self.last)
        return self.last


@dataclass
class View:
    """Lines without a blank one between them, from `start` on."""

    lines: Sequence[Line]
    start: int = 0
    found: dict[str, int] = field(default_factory=dict)
    """By kind of line, the index of the first; shared with what is left, to look at each line once."""

    def first(self, kind: str, kinds: Kinds) -> int:
        """Index of the first line of a kind; the number of lines when there is none."""
        at = self.found.get(kind, -1)
        if at < self.start:
            is_it = kinds.tests[kind]
            at = next(
                (i for i in range(self.start, len(self.lines)) if is_it(self.lines[i].text)), len(self.lines)
            )
            self.found[kind] = at
        return at

    def rest(self, start: int) -> View:
        return View(self.lines, start, self.found)

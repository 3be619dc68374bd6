"""One page of the material: its text, its blocks and headings, and how it renders."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.markdown.heading import Heading
from pytest_cloudlab.material.place import Place

if TYPE_CHECKING:
    from pytest_cloudlab.material.markdown.rendering import Markup, Rendered

Kind = Literal["page", "deck"]


@dataclass(frozen=True, eq=False)
class Page:
    """A Markdown page, or a reveal.js deck."""

    path: str
    """From the course's folder, with forward slashes."""
    text: str
    """As decoded from UTF-8, line ends as `\\n`; what is no UTF-8 became U+FFFD."""
    markup: Markup
    """How the course turns Markdown into HTML."""
    kind: Kind = "page"

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.text.split("\n"))

    @cached_property
    def scanned(self) -> Scanned:
        from pytest_cloudlab.material.markdown.scanner import scan

        return scan(self)

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.scanned.blocks

    @property
    def headings(self) -> tuple[Heading, ...]:
        return self.scanned.headings

    @property
    def prose(self) -> Iterator[tuple[int, str]]:
        """`(line number, line)` of all that is neither code nor comment nor front matter."""
        for number, line in enumerate(self.lines, 1):
            if number not in self.scanned.not_prose:
                yield number, line

    @cached_property
    def rendered(self) -> Rendered:
        if self.kind == "deck":
            from pytest_cloudlab.material.markdown.decks import render_deck

            return render_deck(self)
        return self.markup.render(self.text, self.scanned.not_prose)

    def at(self, line: int, column: int = 1, length: int = 0) -> Place:
        return Place(self.path, line, column, length)

    def heading_at(self, line: int) -> Heading | None:
        """The heading that the line is under."""
        above = bisect_right(self._heading_lines, line)
        return self.headings[above - 1] if above else None

    @cached_property
    def _heading_lines(self) -> list[int]:
        return [heading.line for heading in self.headings]


@dataclass(frozen=True)
class Scanned:
    """What the scanner made of a page, in one pass over its lines."""

    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    not_prose: frozenset[int]
    """Numbers of the lines of code, fences, comments and front matter."""

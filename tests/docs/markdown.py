"""The project's pages, taken apart: fenced blocks, inline code, links, headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CAPTION = re.compile(r"^`([\w./-]+)`[^\n`]*:\n\n\Z", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    file: str
    """The path that the line above names, e.g. `hello/lab.toml`; empty where it names none."""
    line: int


@dataclass(frozen=True)
class Page:
    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(
            Block(
                found[1],
                found[2],
                caption[1] if (caption := _CAPTION.search(self.source, 0, found.start())) else "",
                self.source.count("\n", 0, found.start()) + 1,
            )
            for found in _FENCE.finditer(self.source)
        )

    @cached_property
    def prose(self) -> str:
        """The page without its fenced blocks."""
        return _FENCE.sub("", self.source)

    @property
    def inline(self) -> list[str]:
        return re.findall(r"`([^`\n]+)`", self.prose)

    @property
    def links(self) -> list[str]:
        """Where the links lead, as written; what is inside code is none."""
        return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]+`", "", self.prose))

    @property
    def anchors(self) -> set[str]:
        """The anchors of the headings, as GitHub makes them."""
        headings = re.findall(r"^#+ +(.+?)\s*$", self.prose, re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


PAGES = tuple(
    Page(path) for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
)


def page(name: str) -> Page:
    return Page(ROOT / name)

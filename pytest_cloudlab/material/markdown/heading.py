"""The headings of a page, and the anchors that the site makes of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """`## Build it {#build}` on line 7 is `Heading(2, "Build it", "build", 7)`."""

    level: int
    text: str
    slug: str
    """Its anchor on the page, as the course's own Markdown extensions make it; unique on the page."""
    line: int

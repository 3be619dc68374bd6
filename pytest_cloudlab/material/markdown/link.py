"""What a page points at: links, pictures, frames, videos, scripts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """`[guide](guide.md#run)` is `Link("a", "href", "guide.md#run", 7, 9, "guide")`."""

    tag: str
    """Of the HTML that it becomes, e.g. `a`, `img`, `iframe`, `source`, `script`, `link`."""
    attribute: str
    """`href`, `src`, `poster`, `data`."""
    target: str
    """As the page writes it; entities resolved."""
    line: int
    """Where the target stands on the page, from 1."""
    column: int
    text: str
    """What students see of it: the link's text, the picture's `alt`."""

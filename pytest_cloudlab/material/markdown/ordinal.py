"""The names of a page's blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.markdown.heading import Heading


def named(blocks: Iterable[Block], headings: Sequence[Heading]) -> Iterator[Block]:
    """In the order of the page, each with its heading and its number below that."""
    ordinals: dict[str, int] = {}
    at, current = 0, ""
    for block in sorted(blocks, key=lambda block: (block.line, block.column)):
        while at < len(headings) and headings[at].line < block.line:
            current = headings[at].slug
            at += 1
        ordinals[current] = ordinals.get(current, 0) + 1
        yield replace(block, heading=current, ordinal=ordinals[current])

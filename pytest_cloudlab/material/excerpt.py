"""A finding in words: its place, the line with a caret under it, and what to do."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator

from pytest_cloudlab.material.finding import Finding
from pytest_cloudlab.redaction import plain

WIDTH = 80
TAB = 4
MOST_CELLS = 4_000
"""Characters of a line that are looked at around the place."""
_JOINERS = "\u200c\u200d"
_HIDDEN = "\ufffd"
"""Stands where a terminal would be steered, or an order of reading changed."""


def excerpt(finding: Finding, above: str = "") -> str:
    """
    docs/build.md:7:12: error: The image has no tag, expected one. [image-tag]
      7 | docker run app
        |            ^^^
        → Write app:1.0.

    `above` goes before the path. Lines fit into 80 columns where words allow it.
    """
    place = finding.place
    head = f"{plain(above + place.path)}:{place.line}:{place.column}: {finding.severity}: "
    said = f"{head}{plain(finding.message)} [{plain(finding.rule)}]"
    lines = _wrapped(said, "", "    ")
    number = f"{place.line:>3}"
    shown, caret = pointed(finding.quote, place.column, place.length, WIDTH - len(number) - 3)
    if shown:
        lines += [f"{number} | {shown}", f"{' ' * len(number)} | {caret}"]
    if remedy := plain(finding.remedy):
        lines += _wrapped(remedy, "    → ", "      ")
    return "\n".join(lines)


def pointed(line: str, column: int, length: int, width: int) -> tuple[str, str]:
    """`line` so that it fits into `width` cells and steers nothing, and a caret under its `column`.

    >>> pointed("docker run app", 12, 3, 40)
    ('docker run app', '           ^^^')
    """
    line = line.rstrip()
    if not line:
        return "", ""
    start = min(column, len(line)) - 1
    if column == 1 and not length:
        start = len(line) - len(line.lstrip())
    end = min(start + max(length, 1), len(line))
    if start > MOST_CELLS:  # however long the line is, only what can be shown is measured
        cut = start - MOST_CELLS
        line, start, end = line[cut:], start - cut, end - cut
    cells = list(_cells(line[: start + MOST_CELLS]))
    end = min(end, len(cells))
    first, last = _window([width for _, width in cells], start, end, width - 2)
    shown = "".join(text for text, _ in cells[first:last])
    before = sum(width for _, width in cells[first:start])
    marked = sum(width for _, width in cells[start : min(end, last)])
    left, right = ("…" if first else ""), ("…" if last < len(cells) else "")
    return left + shown + right, " " * (len(left) + before) + "^" * max(marked, 1)


def _window(widths: list[int], start: int, end: int, room: int) -> tuple[int, int]:
    """The cells that are shown: all where they fit, else those before and after the place, evenly."""
    if sum(widths) <= room:
        return 0, len(widths)
    first, last, used = start, start, 0
    while last < end and used + widths[last] <= room:
        used += widths[last]
        last += 1
    grown = True
    while grown:
        grown = False
        if first and used + widths[first - 1] <= room:
            first -= 1
            used += widths[first]
            grown = True
        if last < len(widths) and used + widths[last] <= room:
            used += widths[last]
            last += 1
            grown = True
    return first, last


def _cells(line: str) -> Iterator[tuple[str, int]]:
    """Each character as it may be shown, and how many columns of a terminal it takes."""
    at = 0
    for character in line:
        text, width = character, 1
        if character == "\t":
            width = TAB - at % TAB
            text = " " * width
        elif character in _JOINERS or unicodedata.category(character) in ("Mn", "Me"):
            width = 0
        elif unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            text = _HIDDEN
        elif unicodedata.east_asian_width(character) in "WF":
            width = 2
        at += width
        yield text, width


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )

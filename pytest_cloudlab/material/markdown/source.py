"""Lines of a page on their way through its containers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

TAB = 4

START, END = "\x02", "\x03"
_MARK = re.compile(f"{START}([a-z])([0-9]+){END}")


class Line(NamedTuple):
    """What is left of a line when the indentation of the containers around it is taken off."""

    number: int
    """On the page, from 1."""
    text: str
    """Tabs expanded; empty when blank."""
    taken: int
    """Columns that were taken off."""

    def without(self, columns: int) -> Line:
        rest = self.text[columns:]
        return Line(self.number, rest if rest.strip(" ") else "", self.taken + columns)


def expanded(text: str) -> str:
    """A line of the page with its tabs expanded; empty when blank, as Python-Markdown takes it."""
    if "\t" in text:
        text = text.expandtabs(TAB)
    if START in text or END in text:
        text = text.replace(START, "").replace(END, "")
    return text if text.strip(" ") else ""


def mark(kind: str, index: int) -> str:
    """Stands for something that was taken out of the text: `f` a fence, `r` a stretch of HTML."""
    return f"{START}{kind}{index}{END}"


def marks(text: str) -> list[tuple[str, int]]:
    return [(kind, int(index)) for kind, index in _MARK.findall(text)] if START in text else []


def groups(lines: Iterable[Line]) -> list[list[Line]]:
    """Cut at blank lines."""
    found: list[list[Line]] = []
    current: list[Line] = []
    for line in lines:
        if line.text.strip(" "):
            current.append(line)
        elif current:
            found.append(current)
            current = []
    if current:
        found.append(current)
    return found


def unbroken(lines: Sequence[Line]) -> list[Line]:
    """From the first line that is not blank on; in blank ones behind it, a space."""
    first = next((index for index, line in enumerate(lines) if line.text.strip(" ")), len(lines))
    return [line if line.text else line._replace(text=" ") for line in lines[first:]]


def cut(original: str, columns: int) -> tuple[str, int]:
    """A line of the page without its first `columns` columns, and the characters that these were.

    Tabs behind them stay tabs, as students need them in a Makefile; one that is cut through leaves spaces.
    """
    width = 0
    for index, char in enumerate(original):
        if width >= columns:
            return " " * (width - columns) + original[index:], index
        width += TAB - width % TAB if char == "\t" else 1
    return " " * max(width - columns, 0), len(original)


def indentation(lines: Sequence[Line]) -> int:
    """Columns that all of them begin with."""
    return min((len(line.text) - len(line.text.lstrip(" ")) for line in lines if line.text), default=0)

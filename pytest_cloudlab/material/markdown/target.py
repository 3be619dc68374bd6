"""Where on a page the targets of its links are written."""

from __future__ import annotations

import html
import re
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator
from urllib.parse import unquote

_PLAIN = r"[^\s()<>\[\]\"']*(?:\([^\s()]*\)[^\s()<>\[\]\"']*)*"
_WRITTEN = re.compile(
    rf"""\]\(\s*<?(?P<inline>{_PLAIN})
    | ^[ ]{{0,3}}\[[^\[\]\n]*\]:[ \t]*\n?[ \t]*<?(?P<definition>[^\s>]+)
    | \b(?:href|src|poster|data)\s*=\s*
      (?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<bare>[^\s"'>]+))
    | <(?P<pointed>(?:[a-z][a-z0-9+.-]*:|[^\s@<>]+@)[^\s<>]*)>
    | (?P<naked>(?:https?|ftp)://[^\s<>"'`)\]]+)""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()>#+.!-])")
_TICKS = re.compile(r"`+")


class Targets:
    """Asked in the order of the page: the second link to a place is at the second mention of it."""

    def __init__(self, text: str, not_prose: Collection[int]) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
        self._places: dict[str, list[int]] = defaultdict(list)
        self._next: dict[str, int] = defaultdict(int)
        code = code_spans(text)
        for written, at in _mentions(text):
            if self._line(at) not in not_prose and not is_inside(code, at):
                self._places[written].append(at)

    def place(self, target: str) -> tuple[int, int]:
        """Line and column, from 1."""
        for written in (target, unquote(target), target.rstrip("/"), target.removeprefix("mailto:")):
            places = self._places.get(written)
            if places:
                turn = min(self._next[written], len(places) - 1)
                self._next[written] += 1
                return self._at(places[turn])
        return self._at(max(self._text.find(target), 0))

    def _line(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def _at(self, at: int) -> tuple[int, int]:
        line = self._line(at)
        return line, at - self._starts[line - 1] + 1


def _mentions(text: str) -> Iterator[tuple[str, int]]:
    for match in _WRITTEN.finditer(text):
        kind = match.lastgroup or ""
        raw = match[kind]
        yield _ESCAPE.sub(r"\1", html.unescape(raw)), match.start(kind)


def code_spans(text: str) -> list[tuple[int, int]]:
    """Stretches between runs of backticks of the same length on one line."""
    found: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        runs = list(_TICKS.finditer(line))
        later: dict[int, list[int]] = defaultdict(list)
        for index, run in enumerate(runs):
            later[len(run[0])].append(index)
        index = 0
        while index < len(runs):
            same = later[len(runs[index][0])]
            following = bisect_right(same, index)
            if following < len(same):
                found.append((start + runs[index].end(), start + runs[same[following]].start()))
                index = same[following] + 1
            else:
                index += 1
        start += len(line) + 1
    return found


def is_inside(stretches: list[tuple[int, int]], at: int) -> bool:
    """Whether one of the stretches, which are in order, goes over `at`."""
    before = bisect_right(stretches, (at, sys.maxsize))
    return before > 0 and stretches[before - 1][0] <= at < stretches[before - 1][1]

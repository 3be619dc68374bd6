"""Which quote a script leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEREDOC = re.compile(r"(?<!<)<<(?!<)-?[ \t]*([\"']?)([A-Za-z_]\w{0,40})\1")
_GOES_ON = re.compile(r"[\w/$.]")

Quote = tuple[str, int, int, str]
"""Its mark, line and column from 1, and the character behind its end; empty for one that has none."""


def open_quote(code: str, mark: str) -> tuple[int, int] | None:
    """Line and column of the quote that should have been closed.

    Not always the last: in `A="one`, `B="two"` the first line lacks its end, and all that follows is inside
    out. A quote over several lines is the culprit where a word goes on right behind its supposed end.
    """
    last: tuple[int, int] | None = None
    for found, line, column, behind in _quotes(code):
        if found == mark and (not behind or (behind != "\n" and _GOES_ON.match(behind))):
            return line, column
        if found == mark:
            last = line, column
    return last


def _quotes(code: str) -> Iterator[Quote]:
    """Those that span lines, and the one that is open at the end."""
    quote, started = "", (0, 0)
    heredocs: list[str] = []
    for number, line in enumerate(code.split("\n"), 1):
        if heredocs and not quote:
            if line.strip() == heredocs[0]:
                heredocs.pop(0)
            continue
        escaped = False
        for index, each in enumerate(line):
            if escaped:
                escaped = False
            elif each == "\\" and quote != "'":
                escaped = True
            elif quote:
                if each == quote:
                    if started[0] != number:
                        yield quote, *started, line[index + 1 : index + 2] or "\n"
                    quote = ""
            elif each == "#" and (index == 0 or line[index - 1] in " \t;"):
                break
            elif each in "\"'`":
                quote, started = each, (number, index + 1)
        if not quote and "<<" in line:
            heredocs = [match.group(2) for match in _HEREDOC.finditer(line)]
    if quote:
        yield quote, *started, ""

"""On which line of a TOML file a key stands; the standard library's reader does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator

_KEY_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_KEY = rf"{_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_KEY})[ \t]*\]")
_ASSIGNED = re.compile(rf"[ \t]*({_KEY})[ \t]*=")
_PART = re.compile(_KEY_PART)
# A string that never ends reaches to the end of its line, so that no line is searched twice.
_TOKEN = re.compile(r'"""|\'\'\'|"(?:[^"\\\n]|\\.)*+"?|\'[^\'\n]*+\'?|#[^\n]*|[\[\]{}]')

Keys = tuple[str | int, ...]


def key_lines(text: str) -> dict[Keys, tuple[int, int]]:
    """Path of each key and table -> its line and column, from 1. Of TOML that reads without an error.

    A table of an array is named by its index; keys of inline tables are not told.

    >>> key_lines('[vm]\\ndisk = 5\\n[[step]]\\nsee = "#a"')
    {('vm',): (1, 1), ('vm', 'disk'): (2, 1), ('step', 0): (3, 1), ('step', 0, 'see'): (4, 1)}
    """
    found: dict[Keys, tuple[int, int]] = {}
    table: Keys = ()
    counts: dict[tuple[str, ...], int] = {}
    for number, line in _statements(text):
        if header := _HEADER.match(line):
            names = _parts(header[2])
            if header[1] == "[[":
                counts[names] = counts.get(names, -1) + 1
            table = _indexed(names, counts)
            found.setdefault(table, (number, header.start(1) + 1))
        elif assigned := _ASSIGNED.match(line):
            found.setdefault((*table, *_parts(assigned[1])), (number, assigned.start(1) + 1))
    return found


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Lines that begin outside of a value: of one that spans several, the first."""
    depth, closing = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        header = not depth and not closing and _HEADER.match(line)
        if not depth and not closing:
            yield number, line
        position = header.end() if header else 0
        while True:
            if closing:
                end = line.find(closing, position)
                if end < 0:
                    break
                position, closing = end + len(closing), ""
            token = _TOKEN.search(line, position)
            if token is None:
                break
            position = token.end()
            if token[0] in ('"""', "'''"):
                closing = token[0]
            elif token[0] in "[{":
                depth += 1
            elif token[0] in "]}":
                depth = max(depth - 1, 0)


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(key))


def _indexed(names: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> Keys:
    """`step` -> `step, 0`: each array on the way stands for its last table."""
    path: list[str | int] = []
    for end, name in enumerate(names, 1):
        path.append(name)
        if names[:end] in counts:
            path.append(counts[names[:end]])
    return tuple(path)

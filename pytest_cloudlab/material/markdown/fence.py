"""Fences, line by line: pymdownx.superfences' own, in any container, and those of markdown's fenced_code."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PREFIX = re.compile(r"[> ]*")
_MARK = re.compile(r"~{3,}|`{3,}")
_WORD = re.compile(r" *\.?([\w#.+-]+)(?= |$)")
_OPTION = re.compile(r" *([a-zA-Z][a-zA-Z0-9_]*)(?:=(?:\"([^\"]*)\"|'([^']*)'))?(?= |$)")
_FIRST_CLASS = re.compile(r"[ :]*\.([^ =}]+)")
_PLAIN = re.compile(
    r"(~{3,}|`{3,}) *(?:\{(?P<attributes>.*)\}"
    r"|\.?(?P<word>[\w#.+-]*) *(?P<options>hl_lines=(?:\"[^\"]*\"|'[^']*') *)?)$"
)
_LINES = re.compile(r"\d+(?:-\d+)?(?: +\d+(?:-\d+)?)*")


@dataclass(frozen=True)
class Opening:
    """What `> ```bash title="a"` says."""

    prefix: str
    """What stands before the mark: spaces and `>`."""
    mark: str
    language: str
    options: str


@dataclass(frozen=True)
class Fence:
    opening: Opening
    start: int
    """Index of the line that opens it."""
    end: int
    """Index of the line that closes it; where none does, of the first one outside of its container."""
    closed: bool


def opening(line: str, *, relaxed: bool = False, highlighted: bool = True) -> Opening | None:
    """What `line`, its tabs expanded, opens; None when superfences would not take it for a fence.

    `relaxed` headers may say anything; without highlighting, there are no options such as `title="…"`.
    """
    before = _PREFIX.match(line)
    mark = _MARK.match(line, before.end()) if before else None
    if before is None or mark is None:
        return None
    at = mark.end()
    language = ""
    if word := _WORD.match(line, at):
        language, at = word[1], word.end()
    rest = line[at:].strip(" ")
    if rest.startswith("{") and rest.endswith("}"):
        inner = rest[1:-1].strip(" ")
        first = None if language else _FIRST_CLASS.match(inner)
        if first:
            language, inner = first[1], inner[first.end() :].strip(" ")
        return Opening(before[0], mark[0], language, inner)
    if rest and not relaxed and not (highlighted and _are_options(rest)):
        return None
    return Opening(before[0], mark[0], language, rest)


def _are_options(rest: str) -> bool:
    at = 0
    while at < len(rest):
        option = _OPTION.match(rest, at)
        if option is None:
            return False
        value = option[2] if option[2] is not None else option[3]
        match option[1]:
            case "title" | "title_mode":
                pass
            case "hl_lines" if value and _LINES.fullmatch(value):
                pass
            case "linenums" if value and value[0].isdigit():
                pass
            case _:
                return False
        at = option.end()
    return True


def fences(
    lines: Sequence[str], first: int = 0, *, relaxed: bool = False, highlighted: bool = True
) -> Iterator[Fence]:
    """Those of superfences, from line `first` on, in their order. Tabs are expanded already.

    One pass: the line that a fence is given up at is not asked whether it opens another, as there.
    """
    opened: Opening | None = None
    start = empty = 0
    for index in range(first, len(lines)):
        line = lines[index]
        if opened is None:
            opened = opening(line, relaxed=relaxed, highlighted=highlighted)
            start, empty = index, 0
            continue
        width = len(opened.prefix)
        at = 0
        while at < min(width, len(line)) and line[at] in "> ":
            at += 1
        content = line[at:]
        depth, here = opened.prefix.count(">"), line.count(">", 0, at)
        ends = content.startswith(opened.mark) and not content[len(opened.mark) :].strip(" ")
        if depth and not content and here <= depth:
            empty += 1
        elif here > depth or (depth and (at < width or (empty and here < depth))):
            yield Fence(opened, start, index, closed=False)
            opened = None
        elif not depth and not line.strip():
            continue
        elif not depth and at != width:
            yield Fence(opened, start, index, closed=False)
            opened = None
        elif ends:
            yield Fence(opened, start, index, closed=True)
            opened = None
        else:
            empty = 0
    if opened is not None:
        yield Fence(opened, start, len(lines), closed=False)


def plain_fences(lines: Sequence[str], first: int = 0) -> Iterator[Fence]:
    """Those of fenced_code: only at the start of a line, and what is never closed is text."""
    closings: dict[str, list[int]] = defaultdict(list)
    for index in range(first, len(lines)):
        if lines[index].startswith(("```", "~~~")):
            closings[lines[index].rstrip(" ")].append(index)
    index = first
    while index < len(lines):
        found = _PLAIN.match(lines[index]) if lines[index].startswith(("```", "~~~")) else None
        if found is not None:
            later = closings.get(found[1], [])
            at = bisect_right(later, index)
            closed = at < len(later)
            end = later[at] if closed else len(lines)
            language, options = found["word"] or "", (found["options"] or "").strip()
            if found["attributes"] is not None:
                inner = found["attributes"].strip(" ")
                first_class = _FIRST_CLASS.match(inner)
                language = first_class[1] if first_class else ""
                options = inner[first_class.end() :].strip(" ") if first_class else inner
            if closed or found["word"]:
                yield Fence(Opening("", found[1], language, options), index, end, closed)
            if closed:
                index = end
        index += 1

"""Code on a page compared with the file that it shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_LINES = 1500
_COMMENT = re.compile(r"(?:#(?!!)|//|--\s|/\*|\*\s|<!--|;\s|%\s)")
_TRAILING = re.compile(r"\s+(?:#|//)(?:\s.*|\(\d+\)!?.*|)\Z")
_OPEN = re.compile(r"\.\.\.|…|_{3,}|<[A-Za-z][\w -]*>|\bTODO\b|\bYOUR[_-]|\byour[-_]|XXX|\{\{|--8<--")
_SPACE = re.compile(r"\s+")
_LEAST_ALIKE = 0.55
_LEAST_SHARE = 0.7
_LEAST_LINES = 3
_NEIGHBOURS = 40


@dataclass(frozen=True)
class Drift:
    line: int
    """Of the code, from 1."""
    here: str
    there: str


@dataclass(frozen=True)
class _Line:
    number: int
    text: str
    key: str
    """Without spaces, and with quotes of one kind."""


def drift(code: str, file: str) -> Drift | None:
    """The first line of `code` that `file` has otherwise, where most lines are the same.

    An excerpt is the same: lines may be left out, in any place. Spaces, quotes, comments, line breaks within
    a statement and lines with a placeholder or an ellipsis do not count. None too where so much differs
    that `code` is not meant to be that file.
    """
    ours, theirs = _lines(code), _lines(file)
    if not _LEAST_LINES < len(ours) <= MOST_LINES or len(theirs) > 4 * MOST_LINES:
        return None
    places: dict[str, int] = {}
    for index, each in enumerate(theirs):
        places.setdefault(each.key, index)
    whole = _joined(theirs)
    differing = [each for each in ours if each.key not in places]
    if len(differing) > (1 - _LEAST_SHARE) * len(ours) + 20:
        return None
    differing = [each for each in differing if not _is_part(each.key, whole)]
    shared = {each.key for each in ours if each.key in places and len(each.key) > 5}
    if not differing or len(shared) < _LEAST_LINES or len(differing) > (1 - _LEAST_SHARE) * len(ours):
        return None
    shown = {each.key for each in ours}
    found = [(each, _counterpart(each, ours, theirs, places, shown)) for each in differing]
    changed = [(each, other) for each, other in found if other]
    if not changed or 2 * len(changed) < len(differing):
        return None
    first, other = changed[0]
    return Drift(first.number, first.text, other)


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = _TRAILING.sub("", line[:500]).strip()
        if not bare or _COMMENT.match(bare) or _OPEN.search(bare):
            continue
        found.append(_Line(number, bare, _key(bare)))
    return found


def _key(text: str) -> str:
    return _SPACE.sub("", text).replace("'", '"')


def _joined(lines: Sequence[_Line]) -> str:
    """All of a file without its line breaks, as if every statement stood on one line."""
    return "".join(each.key for each in lines).replace(",)", ")").replace(",]", "]").replace(",}", "}")


def _is_part(key: str, whole: str) -> bool:
    """Whether the line is a part of a statement that the file breaks elsewhere."""
    key = key.replace(",)", ")").replace(",]", "]").replace(",}", "}")
    at = whole.find(key)
    for _ in range(20):
        if at < 0:
            return False
        before, after = whole[at - 1 : at], whole[at + len(key) : at + len(key) + 1]
        if not (_goes_on(before, key[0]) or _goes_on(after, key[-1])):
            return True
        at = whole.find(key, at + 1)
    return True


def _goes_on(outside: str, inside: str) -> bool:
    """Whether a word, a number or a name is cut in two between these characters."""
    return bool(outside) and (outside.isalnum() or outside in "_-.") and (inside.isalnum() or inside in "_-.")


def _counterpart(
    line: _Line, ours: Sequence[_Line], theirs: Sequence[_Line], places: dict[str, int], shown: set[str]
) -> str:
    """The line of the file that stands where this one does, and is like it. Empty when there is none."""
    at = ours.index(line)
    start = next(
        (places[each.key] for each in reversed(ours[max(0, at - 10) : at]) if each.key in places), None
    )
    end = next((places[each.key] for each in ours[at + 1 : at + 10] if each.key in places), None)
    if start is None and end is None:
        return ""
    first = start + 1 if start is not None else max(0, (end or 0) - _NEIGHBOURS)
    last = end if end is not None and end > first else first + _NEIGHBOURS
    best, found = _LEAST_ALIKE, ""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(line.key[:200])
    for other in theirs[first : min(last, first + _NEIGHBOURS)]:
        if other.key in shown:
            continue
        matcher.set_seq1(other.key[:200])
        if matcher.quick_ratio() > best and (ratio := matcher.ratio()) > best:
            best, found = ratio, other.text
    return found

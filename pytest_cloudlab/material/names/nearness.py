"""Names that look like misspellings of each other."""

from __future__ import annotations

import re

SHORTEST = 4
_SEPARATORS = re.compile(r"[-_. ]")
_PARTS = re.compile(r"[^A-Za-z0-9]+")
_DIGITS = re.compile(r"\d+")


def near(one: str, other: str) -> bool:
    """Whether they differ by one letter, by case, by `-` and `_`, or as singular and plural do.

    Names that count something (`web1` and `web2`, `node-a` and `node-b`) are meant to differ.

    >>> near("webapp", "web-app"), near("web1", "web2")
    (True, False)
    """
    if one == other or min(len(one), len(other)) < SHORTEST or abs(len(one) - len(other)) > 2:
        return False
    if _DIGITS.findall(one) != _DIGITS.findall(other):
        return False
    folded, compared = one.casefold(), other.casefold()
    if folded == compared or _SEPARATORS.sub("", folded) == _SEPARATORS.sub("", compared):
        return True
    if not _one_edit(folded, compared):
        return False
    return not _counts(_PARTS.split(folded), _PARTS.split(compared))


def _one_edit(one: str, other: str) -> bool:
    """One letter more, fewer or other, or two that changed places."""
    if len(one) > len(other):
        one, other = other, one
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    if len(one) == len(other):
        if one[start + 1 :] == other[start + 1 :]:
            return True
        swapped = one[start : start + 2] == other[start : start + 2][::-1]
        return swapped and one[start + 2 :] == other[start + 2 :]
    return len(other) == len(one) + 1 and one[start:] == other[start + 1 :]


def _counts(parts: list[str], others: list[str]) -> bool:
    """Whether what differs is a part of one or two letters, as in `team-a` and `team-b`."""
    if len(parts) != len(others):
        return True
    return any(
        part != other and min(len(part), len(other)) <= 2 for part, other in zip(parts, others, strict=True)
    )

"""What somebody may have meant who wrote a name that is not there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import islice

CLOSE = 0.8
MOST = 2000
MOST_GUESSES = 60
LONGEST = 120


def meant(name: str, names: Iterable[str], *, close: float = CLOSE) -> str:
    """The one of `names` that is nearest to `name`; empty when none is near, or two are equally so."""
    key = _key(name)
    best: list[tuple[float, str]] = []
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(key)
    for other in islice(names, MOST):
        if other == name or len(other) > LONGEST or len(name) > LONGEST:
            continue
        matcher.set_seq1(_key(other))
        if matcher.real_quick_ratio() >= close and matcher.quick_ratio() >= close:
            ratio = matcher.ratio()
            if ratio >= close:
                best.append((ratio, other))
    best.sort(key=lambda each: (-each[0], each[1]))
    return best[0][1] if best and (len(best) == 1 or best[0][0] > best[1][0]) else ""


class NearPaths:
    """Paths that may have been meant. Each asker, a page, gets so many guesses: they cost time."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_name: dict[str, list[str]] = {}
        self._by_kind: dict[tuple[str, str], list[str]] = {}
        for path in sorted(paths):
            folder, name = posixpath.split(path)
            self._by_name.setdefault(name, []).append(path)
            self._by_kind.setdefault((folder, posixpath.splitext(name)[1].lower()), []).append(name)
        self._asked: dict[str, int] = {}

    def path(self, path: str, asker: str, *, close: float = CLOSE, anywhere: bool = True) -> str:
        """The only one of the same name elsewhere, else a near name in the same folder; or nothing.

        `anywhere`: whether other folders are looked at.
        """
        folder, name = posixpath.split(path)
        same = [each for each in self._by_name.get(name, ()) if each != path]
        if same and anywhere:
            return same[0] if len(same) == 1 else ""
        self._asked[asker] = self._asked.get(asker, 0) + 1
        if self._asked[asker] > MOST_GUESSES:
            return ""
        names = self._by_kind.get((folder, posixpath.splitext(name)[1].lower()), ())
        found = meant(name, names, close=close)
        return posixpath.join(folder, found) if found else ""


def _key(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum()) or name

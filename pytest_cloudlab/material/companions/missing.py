"""Paths that a page names and that its companion repository does not have."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_cloudlab.material.companions.companion import Companion
from pytest_cloudlab.material.companions.outputs import Reach
from pytest_cloudlab.material.companions.shelf import Presence, Shelf, is_source, shelf_of
from pytest_cloudlab.material.companions.whereabouts import Spot
from pytest_cloudlab.material.place import Place

Need = Literal["script", "file", "folder", "any", "module", "edited", "argument", "mention", "passing"]
"""What has to be at a path. `mention`: a sentence speaks of it as of something that is there. `passing`: a
sentence names it."""
_BUILT = frozenset({"node_modules", "dist", "build", "target", "bin", "obj", "venv", "env", "site", "public"})
_SLIPS_ONLY = frozenset({"edited", "argument", "passing"})
"""Needs of what may well be somebody's own: only a slip of the pen counts."""
Reason = Literal["missing", "not-entered", "already-inside", "other-name"]
"""`other-name`: the folder that `git clone` has made is called otherwise."""
MOST_FOLDERS = 30
_COMMON = re.compile(
    r"(?:__init__|__main__|main|app|index|utils?|helpers?|config|settings|setup|test\w*|conftest|models?|data|run|server"
    r"|client|api|readme|dockerfile|makefile|requirements|docker-compose|compose)\b",
    re.IGNORECASE,
)
"""Names of files that any repository may have."""


@dataclass(frozen=True)
class Miss:
    place: Place
    text: str
    """As the page has it."""
    need: Need
    companion: Companion
    path: str
    """Where it would be in the companion."""
    meant: str
    """What the page may mean: a path that is there; empty when nothing is alike."""
    reason: Reason = "missing"
    folder: str = ""
    """The companion's folder that students are in."""


@dataclass(frozen=True)
class Hit:
    companion: Companion
    path: str


class Missing:
    """Knows what the page has made so far, and which folders it has been in."""

    def __init__(self, about: Sequence[Companion], meant: Sequence[Companion]) -> None:
        self.about = tuple(about)
        """Companions that the page speaks of."""
        self._meant = tuple(meant)
        """Companions whose scripts it may run where it says nothing of where that is."""
        self.made: set[str] = set()
        """Names of files and folders that the page makes, whatever folder they are in."""
        self.reach: dict[Companion, Reach] = {}
        self._been: dict[Companion, list[str]] = {}

    def make(self, path: str) -> None:
        self.made.update(part for part in path.split("/") if part not in ("", ".", "..", "~"))

    def change(self, companions: Iterable[Companion], reach: Reach) -> None:
        for each in companions:
            self.reach[each] = max(reach, self.reach.get(each, Reach.NOTHING))

    def renew(self, companion: Companion) -> None:
        """It is cloned, and as it lies here."""
        self.reach.pop(companion, None)

    def visit(self, spot: Spot) -> None:
        """From now on a path may be meant from there."""
        if spot.companion is not None:
            been = self._been.setdefault(spot.companion, [""])
            if spot.path not in been and len(been) < MOST_FOLDERS:
                been.append(spot.path)

    def hit(self, spot: Spot | None, text: str, *, anywhere: bool) -> Hit | None:
        """The one file that the path stands for, if that can be told.

        `anywhere`: it may be meant from another folder than the one that students are in.
        """
        if spot is not None and spot.companion is not None:
            if spot.path in spot.companion.files:
                return Hit(spot.companion, spot.path)
            companions: tuple[Companion, ...] = (spot.companion,)
        else:
            companions = self._meant
        if not anywhere or text.startswith(("/", "~", "..")) or not self.made.isdisjoint(text.split("/")):
            return None
        found = {Hit(each, path) for each in companions for path in self._elsewhere(each, text)}
        return found.pop() if len(found) == 1 else None

    def _elsewhere(self, companion: Companion, text: str) -> Iterator[str]:
        text = text.removeprefix("./")
        yield from (path for path in shelf_of(companion).ending_in(text) if path in companion.files)
        if text in companion.files:
            yield text

    def miss(self, spot: Spot, text: str, need: Need, place: Place) -> Miss | None:
        """None for what is there, and wherever it may have come from in another way."""
        companion, path = spot.companion, spot.path
        if companion is None:
            return None
        shelf = shelf_of(companion)
        folder = need == "folder"
        if shelf.presence(path, folder=folder) is not Presence.MISSING or self._may_be_made(companion, path):
            return None
        text = text.removeprefix("./").rstrip("/")
        if not text.startswith(("/", "~", "..")) and any(
            shelf.presence(posixpath.join(been, text), folder=folder) is not Presence.MISSING
            for been in self._been.get(companion, [""])
        ):
            return None
        reach = self.reach.get(companion, Reach.NOTHING)
        kept = need in ("folder", "module") or is_source(path)
        kept = kept or (need == "script" and reach is Reach.NOTHING)
        slip = shelf.slip(path, folder=folder)
        if slip and (kept or reach is Reach.NOTHING):
            return Miss(place, text, need, companion, path, slip)
        if slip or need in _SLIPS_ONLY or _is_private(shelf.missing_parts(path)):
            return None
        if not kept and not (spot.sure and reach is Reach.NOTHING and self._elsewhere_only(shelf, path)):
            return None
        if reach > (Reach.NOTHING if folder else Reach.FILES):
            return None
        if not spot.sure and not _at_home(shelf, spot, text) and not self._has_moved(shelf, text, need):
            return None
        return Miss(place, text, need, companion, path, "" if folder else shelf.meant(path, place.path))

    def _elsewhere_only(self, shelf: Shelf, path: str) -> bool:
        """Whether one other folder has a file of that name, though not one that anything might be called."""
        name = posixpath.basename(path)
        return "." in name[1:] and not _COMMON.match(name) and len(shelf.ending_in(name)) == 1

    def _has_moved(self, shelf: Shelf, text: str, need: Need) -> bool:
        """Whether a path with a folder, in a command, is a telling name that is in one other folder now."""
        name = posixpath.basename(text)
        if need not in ("script", "file") or "/" not in text.strip("./") or _COMMON.match(name):
            return False
        return is_source(name) and len(shelf.ending_in(name)) == 1 and not shelf.ending_in(text)

    def _may_be_made(self, companion: Companion, path: str) -> bool:
        parts = shelf_of(companion).missing_parts(path)
        return self.reach.get(companion) is Reach.ALL or not self.made.isdisjoint(parts)


def _is_private(parts: Sequence[str]) -> bool:
    """Whether it is what everyone makes for themselves: environments, caches, what a build leaves."""
    return parts[-1] == "activate" or parts[0].startswith(".") or parts[0] in _BUILT


def _at_home(shelf: Shelf, spot: Spot, text: str) -> bool:
    """Whether a path that only may be meant from here begins with a folder that is here, and ends nowhere."""
    first, slash, rest = spot.path.partition("/")
    return bool(slash and rest) and shelf.is_folder(first) and not shelf.ending_in(text)

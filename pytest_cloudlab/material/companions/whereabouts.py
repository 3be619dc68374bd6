"""Where a student is: in which folder of which machine, as far as the page tells."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from pytest_cloudlab.material.companions.companion import Companion

_HOMES = re.compile(r"/(?:home/[^/]+|Users/[^/]+|root|content|workspaces|workspace)(?:/|\Z)")
_OWN = re.compile(r"(?:\$PWD|\$\{PWD\}|\$\(pwd\)|`pwd`)/")
_HOME = re.compile(r"(?:~|\$HOME|\$\{HOME\})(?:/|\Z)")

MOST_CHARACTERS = 300
"""Of a path."""


@dataclass(frozen=True)
class Spot:
    """A folder or file: in a companion repository, or somewhere outside."""

    companion: Companion | None
    path: str
    """From the companion's folder; outside, from a place that has only a number."""
    sure: bool = True
    """False where a page only seems to begin in the companion's folder."""


class Whereabouts:
    """Changed as the page is followed; `spot` is the current folder."""

    def __init__(self, companions: Sequence[Companion], begins_in: Sequence[Companion]) -> None:
        self._names = _names_of(companions)
        self._absolute = {
            name.rstrip("/"): each for each in companions for name in each.checkout if name.startswith("/")
        }
        self._numbers = count(1)
        self._begins_in = tuple(begins_in)
        self.spot = self.beginning()
        self._before: list[Spot] = []
        """Folders to return to from other machines."""
        self._back: Spot | None = None
        """Where `cd -` leads."""
        self._around: dict[Companion, Spot] = {}
        """Folders that the companions were cloned in."""

    def beginning(self) -> Spot:
        """Where a page begins that says nothing: in the companion that it is about, if that is one."""
        if len(self._begins_in) == 1:
            return Spot(self._begins_in[0], "", sure=False)
        return self.anywhere()

    def anywhere(self) -> Spot:
        return Spot(None, f"{next(self._numbers)}?")

    @property
    def away(self) -> bool:
        """Whether on another machine."""
        return bool(self._before)

    def log_in(self) -> None:
        self._before.append(self.spot)
        self.spot = self.anywhere()

    def log_out(self) -> None:
        if self._before:
            self.spot = self._before.pop()

    def go_home(self) -> None:
        """Back on the machine where the page began."""
        if self._before:
            self.spot = self._before[0]
            self._before.clear()

    def go(self, spot: Spot | None) -> None:
        self._back, self.spot = self.spot, spot or self.anywhere()

    def go_back(self) -> None:
        self.go(self._back)

    def clone(self, companion: Companion, name: str) -> None:
        """`companion` is now in the folder `name` of the current one."""
        self._names[posixpath.basename(name.rstrip("/"))] = companion
        self._around[companion] = self.spot

    def locate(self, text: str) -> Spot | None:
        """The place of a path; None where that cannot be told.

        >>> whereabouts.locate("~/app/training")  # where students have the companion as `app`
        Spot(companion=<Companion app>, path='training', sure=True)
        """
        text = _OWN.sub("", text, count=1)
        while text.startswith("./"):
            text = text[2:].lstrip("/")
        text = text.rstrip("/") or ("/" if text.startswith("/") else "")
        if any(each in text for each in "$`*?<>{}|\\\n") or "://" in text or len(text) > MOST_CHARACTERS:
            return None
        if text.startswith("/"):
            return self._absolutely(posixpath.normpath(text))
        if match := _HOME.match(text):
            return self._named(text[match.end() :])
        if text.startswith("~"):
            return None
        return self._relatively(text)

    def _absolutely(self, text: str) -> Spot | None:
        for name, companion in self._absolute.items():
            if text == name or text.startswith(f"{name}/"):
                return Spot(companion, text[len(name) :].strip("/"))
        home = _HOMES.match(text)
        return self._named(text[home.end() :]) if home else None

    def _named(self, text: str) -> Spot | None:
        """In a home folder or one around it: by a companion's name."""
        parts = posixpath.normpath(text).split("/") if text else []
        for index, part in enumerate(parts[:4]):
            if companion := self._names.get(part):
                return Spot(companion, "/".join(parts[index + 1 :]))
        return None

    def _relatively(self, text: str) -> Spot | None:
        here = self.spot
        path = posixpath.normpath(posixpath.join(here.path or ".", text))
        if len(path) > MOST_CHARACTERS:
            return None
        if here.companion is None:
            if text.startswith(".."):
                return self._named(path.lstrip("./"))
            if companion := self._names.get(text.split("/", 1)[0]):
                return Spot(companion, text.partition("/")[2])
            return Spot(None, path)
        if path == ".." or path.startswith("../"):
            return self._above(here.companion, path[3:])
        path = "" if path == "." else path
        first, _, rest = path.partition("/")
        if not here.sure and here.path == "" and self._names.get(first) and not _has(here.companion, first):
            return Spot(self._names[first], rest)
        return Spot(here.companion, path, here.sure)

    def _above(self, companion: Companion, path: str) -> Spot | None:
        first, _, rest = path.partition("/")
        if first and (named := self._names.get(first)):
            return Spot(named, rest)
        around = self._around.get(companion)
        return around if not path and around is not None and around.companion is None else None

    def named(self, name: str) -> Spot | None:
        """The folder of the companion that is called so."""
        companion = self._names.get(name)
        return Spot(companion, "") if companion else None

    def is_a_name(self, text: str) -> bool:
        """Whether it is what a companion's folder is called."""
        return text.strip("/") in self._names


def _has(companion: Companion, folder: str) -> bool:
    return folder in companion.folders


def _names_of(companions: Sequence[Companion]) -> dict[str, Companion]:
    """Companions by what their folders are called; names that two of them have are left out."""
    found: dict[str, Companion] = {}
    twice: set[str] = set()
    for companion in companions:
        url = posixpath.basename(companion.url.rstrip("/")).removesuffix(".git")
        for name in {posixpath.basename(each.rstrip("/")) for each in companion.checkout} | {url}:
            if name in found and found[name] is not companion:
                twice.add(name)
            if name:
                found[name] = companion
    return {name: companion for name, companion in found.items() if name not in twice}

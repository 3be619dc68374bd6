"""What the commands and sentences of a page need to be there, held against the companions."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.companions.companion import Companion
from pytest_cloudlab.material.companions.inputs import Input
from pytest_cloudlab.material.companions.missing import Miss, Missing, Need
from pytest_cloudlab.material.companions.said import Mention
from pytest_cloudlab.material.companions.whereabouts import Spot, Whereabouts
from pytest_cloudlab.material.names.nearness import near
from pytest_cloudlab.material.shell.command import Word
from pytest_cloudlab.material.shell.typed import Typed

EVERYWHERE = frozenset({".", "..", "-", "/", "~", ""})
_KNOWN = ("$PWD/", "$(pwd)/", "$HOME/", "${PWD}/", "${HOME}/")


class Needs:
    def __init__(self, where: Whereabouts, missing: Missing) -> None:
        self._where = where
        self._missing = missing
        self.misses: list[Miss] = []
        self.cloned: tuple[Block, Companion, str] | None = None
        """The block that cloned a companion, and the folder that it has made, until that is entered."""
        self.entered: Block | None = None
        """The block that entered a folder below a companion's top."""

    def check(self, typed: Typed, each: Input, *, told: bool) -> None:
        """A file or folder that a command reads. `told`: whether it is surely for students to type."""
        word, text = each.word, each.word.text
        if word.placeholder or text in EVERYWHERE or text.startswith("-"):
            return
        if word.dynamic and not text.startswith(_KNOWN):
            return
        if each.kind == "module":
            text = text.replace(".", "/")
        spot = self._where.locate(text)
        if spot is None:
            return
        if spot.companion is None:
            self.check_entered(typed, word)
            return
        here = replace(spot, sure=spot.sure and told)
        if each.kind == "module":
            found = self._module(here, word)
        else:
            found = self._already_inside(typed, spot, word)
            found = found or self._missing.miss(here, word.text, each.kind, word.place)
        if found:
            self.misses.append(found)

    def check_folder(self, typed: Typed, spot: Spot, word: Word) -> None:
        """One that `cd` enters."""
        is_root = self._where.is_a_name(posixpath.basename(word.text.rstrip("/")))
        if (
            not typed.span
            and not is_root
            and (found := self._missing.miss(spot, word.text, "folder", word.place))
        ):
            self.misses.append(found)

    def check_mention(self, mention: Mention) -> None:
        text, place = mention.text, mention.place
        spots = [Spot(each, posixpath.normpath(text), sure=False) for each in self._missing.about]
        if text.startswith(("/", "~")):
            spot = self._where.locate(text)
            spots = [spot] if spot and spot.companion else []
        for each in spots:
            if each.companion and each.path in each.companion.folders:
                self._missing.visit(each)
        if not mention.judged or (not text.startswith("/") and self._where.away):
            return
        need: Need = "mention" if mention.claimed else "passing"
        found = [self._missing.miss(each, text, need, place) for each in spots]
        sure = [each for each in found if each is not None]
        if sure and len(sure) == len(found):
            self.misses.append(min(sure, key=lambda each: not each.meant))

    def check_entered(self, typed: Typed, word: Word) -> bool:
        """Right after `git clone`, in the same block: the path is in the clone, and nobody has gone there."""
        if self.cloned is None or self.cloned[0] is not typed.block or word.placeholder or word.dynamic:
            return False
        _, companion, _ = self.cloned
        text = posixpath.normpath(word.text)
        if text in EVERYWHERE or not self._missing.made.isdisjoint(text.split("/")):
            return False
        if text in companion.files or (text in companion.folders and typed.command.program == "cd"):
            miss = Miss(word.place, word.text, "any", companion, text, text, "not-entered")
            self.misses.append(miss)
            return True
        return False

    def check_clone(self, word: Word) -> None:
        """`cd apps` after `git clone …/app`."""
        if self.cloned is None or word.placeholder or word.dynamic:
            return
        _, companion, name = self.cloned
        text = word.text.removeprefix("./").rstrip("/")
        if text not in self._missing.made and text not in companion.folders and near(text, name):
            self.misses.append(Miss(word.place, word.text, "folder", companion, text, name, "other-name"))

    def _module(self, spot: Spot, word: Word) -> Miss | None:
        """Only in a package that is there: anything else may be installed."""
        companion = spot.companion
        package = posixpath.dirname(spot.path)
        if companion is None or not package or package not in companion.folders:
            return None
        if not companion.files.isdisjoint(
            f"{spot.path}{end}" for end in (".py", "/__init__.py", "/__main__.py")
        ):
            return None
        if not any(path.startswith(f"{package}/") and path.endswith(".py") for path in companion.files):
            return None
        path = replace(spot, path=f"{spot.path}.py")
        return self._missing.miss(path, f"{word.text.replace('.', '/')}.py", "module", word.place)

    def _already_inside(self, typed: Typed, spot: Spot, word: Word) -> Miss | None:
        """`cd training`, then `python training/train.py`, in one block."""
        here, text = self._where.spot, posixpath.normpath(word.text)
        companion = here.companion
        if companion is None or not here.sure or self.entered is not typed.block or typed.span:
            return None
        if (
            text not in companion.files
            or spot.path in companion.files
            or not text.startswith(f"{here.path}/")
        ):
            return None
        if not self._missing.made.isdisjoint(text.split("/")):
            return None
        meant = posixpath.relpath(text, here.path)
        return Miss(word.place, word.text, "any", companion, spot.path, meant, "already-inside", here.path)

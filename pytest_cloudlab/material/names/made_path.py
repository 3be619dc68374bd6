"""Folders that a page makes in a place that it spells out, and those that it enters there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_cloudlab.material.markdown.branch import Branch
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Word
from pytest_cloudlab.material.shell.typed import typed_on

FEWEST = 3
"""Parts that two paths have to have before one is taken for a misspelling of the other."""
MOST = 100
_VERSIONS = frozenset(
    {"old", "new", "bak", "backup", "copy", "tmp", "test", "train", "val", "dev", "prod", "raw"}
)


@dataclass(frozen=True)
class MadePath:
    path: str
    place: Place
    branch: Branch
    made: bool


def paths_of(page: Page) -> Iterator[MadePath]:
    """Of `mkdir` and `cd`, as far as their paths begin at `/` or `~`."""
    here = ""
    for typed in typed_on(page):
        words = [word for word in typed.command.words[1:] if not word.text.startswith("-")]
        if typed.command.program == "mkdir":
            for word in words:
                if path := _joined(here, word):
                    yield MadePath(path, word.place, typed.branch, made=True)
        elif typed.command.program == "cd":
            here = _joined(here, words[0]) if len(words) == 1 else ""
            if here and words[0].text.startswith(("/", "~")):
                yield MadePath(here, words[0].place, typed.branch, made=False)


def _joined(here: str, word: Word) -> str:
    if word.text.startswith(("/", "~")):
        return posixpath.normpath(word.text)
    return posixpath.normpath(f"{here}/{word.text}") if here else ""


def differs_in_one_part(one: str, other: str) -> bool:
    """`/data_pvc/team/ada` and `/data/team/ada`: one part of one is the other's with a word more.

    >>> differs_in_one_part("/data_pvc/team/ada", "/data/team/ada")
    True
    """
    parts, others = one.strip("~/").split("/"), other.strip("~/").split("/")
    if len(parts) != len(others) or len(parts) < FEWEST or parts[-1] != others[-1]:
        return False
    differing = [sorted(pair, key=len) for pair in zip(parts, others, strict=True) if pair[0] != pair[1]]
    if len(differing) != 1:
        return False
    short, long = differing[0]
    more = re.fullmatch(r"[-_]([A-Za-z]{2,20})", long.removeprefix(short)) if short else None
    return more is not None and more[1].lower() not in _VERSIONS

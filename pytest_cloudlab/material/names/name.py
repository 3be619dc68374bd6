"""Names of things that commands make and use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Word


@dataclass(frozen=True)
class Name:
    """`web` in `docker stop web`."""

    kind: str
    """What it is a name of, for the message: `image`, `container`, `instance`, `environment`, …"""
    text: str
    place: Place
    made: bool
    """Whether the command brings it about, so that others can use it."""
    certain: bool = True
    """False where the tool accepts more than the names that were made, e.g. the beginning of one."""


def name_of(kind: str, word: Word, *, made: bool = False, certain: bool = True) -> Iterator[Name]:
    """The word as a name, unless it is an option or the output of a command."""
    text = word.text
    if text and not text.startswith("-") and "\n" not in text and "$(" not in text and "`" not in text:
        yield Name(kind, text, word.place, made, certain)

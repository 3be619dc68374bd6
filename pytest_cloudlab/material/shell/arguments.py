"""The arguments of a command: options, their values, and the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Word

_WRITES = re.compile(
    r"--?(?:[\w-]*[-_])?(?:o|out|outputs?|save|saved|dest|destination|target|export|results?|logs?|logdir|"
    r"ckpt|checkpoints?|dump|write|reports?|artifacts?)(?:[-_](?:to|as|path|file|dir|folder|name|model))?\Z"
)


def writes(option: str) -> bool:
    """Whether an option of this name is followed by a path to write."""
    return _WRITES.match(option[:60]) is not None


def plain(words: Sequence[Word], with_value: frozenset[str] = frozenset()) -> list[Word]:
    """Words that are neither options nor the values of those in `with_value`."""
    found: list[Word] = []
    skip = False
    for index, word in enumerate(words):
        if skip:
            skip = False
        elif word.text == "--":
            return found + list(words[index + 1 :])
        elif word.text.startswith("-") and len(word.text) > 1:
            skip = word.text in with_value
        elif word.text != "-":
            found.append(word)
    return found


def values(words: Sequence[Word], *names: str) -> list[Word]:
    """Values of `-f x`, `--file x` and `--file=x`."""
    found: list[Word] = []
    for index, word in enumerate(words):
        for name in names:
            if word.text == name and index + 1 < len(words):
                found.append(words[index + 1])
            elif name.startswith("--") and word.text.startswith(f"{name}="):
                found.append(shifted(word, len(name) + 1))
    return found


def shifted(word: Word, skipped: int, end: int | None = None) -> Word:
    """A part of the word: from its character `skipped` on, or up to `end`."""
    text = word.text[skipped:end]
    at = word.place
    return replace(word, text=text, place=Place(at.path, at.line, at.column + skipped, len(text)))

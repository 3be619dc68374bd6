"""A command that a page tells students to type, taken apart."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_cloudlab.material.place import Place


@dataclass(frozen=True)
class Word:
    """One argument, as the shell would see it."""

    text: str
    """Quotes taken off; expansions as written, e.g. `app-$NAME`."""
    place: Place
    variables: tuple[str, ...] = ()
    """Names that it expands."""
    dynamic: bool = False
    """Whether what it becomes depends on more than the page says: a variable, `$(…)`, a glob."""
    placeholder: bool = False
    """Whether the student is to put something of their own in: `{name}`, `<name>`."""


@dataclass(frozen=True)
class Assignment:
    """`NAME=value`, alone, before a command, or after `export`."""

    name: str
    value: Word
    exported: bool = False


@dataclass(frozen=True)
class Command:
    """`words[0]` is the program; empty when the line only assigns."""

    words: tuple[Word, ...]
    assignments: tuple[Assignment, ...]
    redirects: tuple[tuple[str, Word], ...]
    """`(">", word)`, `("<", word)`, `(">>", word)`."""
    place: Place
    block: str
    """Name of the block."""

    @property
    def program(self) -> str:
        """`python` of `/usr/bin/python`; empty for an assignment."""
        return self.words[0].text.rsplit("/", 1)[-1] if self.words else ""

    def option(self, *names: str) -> Word | None:
        """The value of `--name=value` or `--name value`; of several, the last."""
        found: Word | None = None
        for index, word in enumerate(self.words):
            for name in names:
                if word.text == name and index + 1 < len(self.words):
                    found = self.words[index + 1]
                elif name.startswith("--") and word.text.startswith(f"{name}="):
                    skipped = len(name) + 1
                    place = Place(
                        word.place.path, word.place.line, word.place.column + skipped,
                        max(word.place.length - skipped, 0),
                    )  # fmt: skip
                    found = Word(word.text[skipped:], place, word.variables, word.dynamic, word.placeholder)
        return found

"""A command line held against what its program takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from pytest_cloudlab.material.companions.interface import Interface, Parameter
from pytest_cloudlab.material.shell.command import Word

Kind = Literal["unknown", "ambiguous", "valueless", "needs-value", "choice", "number", "surplus", "missing"]

_NEGATIVE = re.compile(r"-\d+\Z|-\d*\.\d+\Z")
_STAND_IN = re.compile(
    r"[A-Z][A-Z0-9_]*\Z|[xX]+\Z|[nN]\Z|.*[<>\[\]{}…|].*|\.\.\.|.*(?:your|path/to).*", re.DOTALL
)
_INTEGER = re.compile(r"[+-]?\d+(?:_\d+)*\Z")
_FLOAT = re.compile(r"[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z")
_HELP = frozenset({"--help", "-h", "--version"})


@dataclass(frozen=True)
class Fault:
    kind: Kind
    word: Word | None
    """What is wrong; None where something is missing."""
    parameter: Parameter | None
    """What it was meant for, or what is missing."""
    expected: tuple[str, ...]
    """Names or values that would do, the likeliest first."""
    value: str = ""
    """What was given: the value or the option's name without one."""


def faults(interface: Interface, words: Sequence[Word]) -> tuple[Fault, ...]:
    """What the program would refuse, as far as is sure. Nothing where there may be more to its interface.

    Placeholders, variables and what a page writes of a synopsis (`[--verbose]`, `...`) stand for anything.
    """
    if interface.open or any(word.text.startswith("[") or word.text in ("...", "…") for word in words):
        return ()
    return tuple(_Reading(interface, words).faults())


class _Reading:
    """One pass over the words, as argparse and click make it."""

    def __init__(self, interface: Interface, words: Sequence[Word]) -> None:
        self._interface = interface
        self._words = words
        self._at = 0
        self._given: set[str] = set()
        self._positional: list[Word] = []
        self._sure = True
        """False once a word may stand for several, or for none."""
        self._asked = False
        """Whether the command only asks for help."""

    def faults(self) -> Iterator[Fault]:
        while self._at < len(self._words):
            word = self._words[self._at]
            self._at += 1
            if word.text == "--":
                self._positional += self._words[self._at :]
                break
            if not self._is_option(word):
                self._positional.append(word)
                self._sure = self._sure and not (word.dynamic or word.placeholder)
                continue
            yield from self._option(word)
        if not self._asked:
            yield from self._surplus_and_missing()

    def _is_option(self, word: Word) -> bool:
        """Whether it looks like one, whether it is known or not."""
        text = word.text
        if len(text) < 2 or text[0] != "-":
            return False
        name = text.split("=", 1)[0]
        if self._interface.option(name):
            return True
        if any(each in name for each in "$`{<*? "):
            self._sure = False
            return False
        return not _NEGATIVE.match(text)

    def _option(self, word: Word) -> Iterator[Fault]:
        name, equals, value = word.text.partition("=")
        if name in _HELP:
            self._asked = True
        found = self._interface.named(name)
        if not found and len(name) > 1 and name[1] != "-":
            yield from self._cluster(word)
            return
        if not found:
            self._sure = False
            yield Fault("unknown", word, None, self._likely(name), name)
        elif len(found) > 1:
            self._sure = False
            yield Fault("ambiguous", word, None, tuple(each.name for each in found), name)
        else:
            yield from self._values(word, found[0], value if equals else None)

    def _cluster(self, word: Word) -> Iterator[Fault]:
        """`-n5`, `-xvf`: one letter after another, until one takes what is left as its value."""
        letters = word.text[1:]
        for index, letter in enumerate(letters):
            parameter = self._interface.option(f"-{letter}")
            if parameter is None:
                self._sure = False
                name = word.text.split("=", 1)[0]
                yield Fault("unknown", word, None, self._likely(name), name)
                return
            rest = letters[index + 1 :]
            if parameter.most or not rest:
                yield from self._values(word, parameter, rest.removeprefix("=") or None)
                return
            self._given.add(parameter.dest)

    def _values(self, word: Word, parameter: Parameter, inline: str | None) -> Iterator[Fault]:
        self._given.add(parameter.dest)
        if inline is not None:
            if parameter.most == 0:
                yield Fault("valueless", word, parameter, (), inline)
            elif not (word.dynamic or word.placeholder):
                yield from self._judge(word, parameter, inline)
            return
        taken = 0
        while taken < parameter.most and self._at < len(self._words):
            value = self._words[self._at]
            dashed = self._interface.dashed_values and taken < parameter.least
            if value.text == "--" or (self._is_option(value) and not dashed):
                break
            self._at += 1
            taken += 1
            if not (value.dynamic or value.placeholder):
                yield from self._judge(value, parameter, value.text)
        if taken < parameter.least and self._sure:
            yield Fault("needs-value", word, parameter, ())

    def _judge(self, word: Word, parameter: Parameter, value: str) -> Iterator[Fault]:
        if parameter.choices is not None:
            if not _chosen(parameter, value) and not _stands_in(parameter, value):
                near = get_close_matches(value, parameter.choices, 1, 0.6)
                folded = [each for each in parameter.choices if each.casefold() == value.casefold()]
                expected = dict.fromkeys((*folded, *near, *parameter.choices))
                yield Fault("choice", word, parameter, tuple(expected), value)
        elif parameter.type and value[:1].isdigit():
            pattern = _INTEGER if parameter.type == "int" else _FLOAT
            if not pattern.match(value):
                yield Fault("number", word, parameter, (), value)

    def _surplus_and_missing(self) -> Iterator[Fault]:
        positionals = self._interface.positionals
        if self._sure:
            if len(self._positional) > sum(each.most for each in positionals):
                surplus = self._positional[sum(each.most for each in positionals)]
                yield Fault("surplus", surplus, self._flag_before(surplus), (), surplus.text)
            if all(each.least == each.most == 1 for each in positionals):
                for word, each in zip(self._positional, positionals, strict=False):
                    if not (word.dynamic or word.placeholder):
                        yield from self._judge(word, each, word.text)
            missing, left = [], len(self._positional)
            for each in positionals:
                left -= each.least
                if left < 0 and each.least:
                    missing.append(each)
            missing += [
                each for each in self._interface.options if each.required and each.dest not in self._given
            ]
            for each in missing:
                yield Fault("missing", None, each, ())

    def _flag_before(self, word: Word) -> Parameter | None:
        """The option before the word, where that takes no value."""
        index = next(index for index, each in enumerate(self._words) if each is word)
        before = self._interface.option(self._words[index - 1].text) if index else None
        return before if before is not None and before.most == 0 else None

    def _likely(self, name: str) -> tuple[str, ...]:
        options = [each for each in self._interface.options if each.dest != "help"]
        stems = {other.lstrip("-"): other for each in options for other in each.names}
        stem = name.lstrip("-")
        near = [stems[each] for each in get_close_matches(stem, stems, 3, 0.6)]
        longer = [stems[each] for each in stems if len(stem) > 2 and stem in each]
        return tuple(dict.fromkeys((*near, *longer)))


def _chosen(parameter: Parameter, value: str) -> bool:
    choices = parameter.choices or ()
    if value in choices or (parameter.folded and value.casefold() in {each.casefold() for each in choices}):
        return True
    if parameter.type:
        try:
            return float(value) in {float(each) for each in choices}
        except ValueError:
            return False
    return False


def _stands_in(parameter: Parameter, value: str) -> bool:
    """`MODEL`, `N`, `<model>`: what a page writes for any value, and means none."""
    if any(each.casefold() == value.casefold() for each in parameter.choices or ()):
        return False
    return (
        _STAND_IN.match(value) is not None or value.replace("-", "_").casefold() == parameter.dest.casefold()
    )

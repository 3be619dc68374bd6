"""Shapes: how a lab says where its page shows a parameter's value. `docker push {}`, `http://localhost:{}`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Command, Word

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_HOLES = re.compile(r"([^*{]*)((?:\*|\{\}).*(?:\*|\{\})|\{\})([^*}]*)\Z", re.DOTALL)
_ENDS = " \t`\"'<>()[]|,;*"
_CONTAINERS = frozenset({"docker", "podman", "nerdctl"})
_SAME = (("-p", "--publish"), ("-t", "--tag"), ("-f", "--file"), ("-e", "--env"), ("-v", "--volume"))
_SENTENCE = ".:!?"


@dataclass(frozen=True)
class Candidate:
    """What the page shows in the value's place."""

    text: str
    place: Place
    sure: bool = True
    """False where it may be something else: an option's value in front of the argument that is meant."""


@dataclass(frozen=True)
class CommandShape:
    text: str
    words: tuple[str, ...]
    """The program, and the words that follow it in this order, with whatever is between them."""
    option: str
    """The option whose value it is; empty when it is an argument."""
    value: str
    """What stands in its place, with `{}` for the parameter: `{}GB`, `*:{}`."""

    def candidates(self, command: Command) -> Iterator[Candidate]:
        if command.program != self.words[0]:
            return
        rest = list(command.words[1:])
        for wanted in self.words[1:]:
            at = next((index for index, word in enumerate(rest) if word.text == wanted), None)
            if at is None:
                return
            rest = rest[at + 1 :] if not wanted.startswith("-") else rest[:at] + rest[at + 1 :]
        if self.option:
            # Options may stand in front of the words too.
            for option in _spellings(self.words[0], self.option):
                yield from _values(option, command.words[1:])
        else:
            yield from self._arguments(rest)

    def _arguments(self, words: list[Word]) -> Iterator[Candidate]:
        sure, before = True, ""
        prefix, _, suffix = self.value.partition("{}")
        for word in words:
            if word.text.startswith("-"):
                before = word.text
                continue
            # Whether an option takes the word behind it, its name does not say.
            taken = bool(before) and "=" not in before
            like = word.text.startswith(prefix) and word.text.endswith(suffix)
            if "*" in prefix + suffix or not prefix + suffix or like:
                yield Candidate(word.text, word.place, sure and not taken)
                sure = False
            before = ""


def _spellings(program: str, option: str) -> set[str]:
    if program not in _CONTAINERS:
        return {option}
    return next((set(both) for both in _SAME if option in both), {option})


def _values(option: str, words: tuple[Word, ...]) -> Iterator[Candidate]:
    short = not option.startswith("--")
    for index, word in enumerate(words):
        skip = 0
        if word.text == option and index + 1 < len(words):
            yield Candidate(words[index + 1].text, words[index + 1].place)
        elif word.text.startswith(f"{option}="):
            skip = len(option) + 1
        elif short and word.text.startswith(option) and len(word.text) > len(option):
            skip = len(option)
        if skip:
            where = word.place
            yield Candidate(
                word.text[skip:],
                Place(where.path, where.line, where.column + skip, max(where.length - skip, 0)),
            )


@dataclass(frozen=True)
class AssignmentShape:
    text: str
    name: str
    value: str

    def candidates(self, command: Command) -> Iterator[Candidate]:
        for each in command.assignments:
            if each.name == self.name:
                yield Candidate(each.value.text, each.value.place)


@dataclass(frozen=True)
class TextShape:
    text: str
    before: str
    value: str
    after: str
    number: bool
    """Whether the parameter is one: then only digits are taken."""

    def candidates(self, path: str, number: int, line: str) -> Iterator[Candidate]:
        start = line.find(self.before)
        while start >= 0:
            start += len(self.before)
            taken = self._taken(line[start : start + 300])
            if taken:
                yield Candidate(taken, Place(path, number, start + 1, len(taken)))
                start += len(taken) + len(self.after)
            start = line.find(self.before, start)

    def _taken(self, rest: str) -> str:
        if self.number and self.value == "{}":
            digits = re.match(r"\d+", rest)
            return digits[0] if digits and rest[digits.end() :].startswith(self.after) else ""
        if self.after:
            end = rest.find(self.after)
            return rest[:end] if end > 0 else ""
        end = next((index for index, each in enumerate(rest) if each in _ENDS), len(rest))
        return rest[:end].rstrip(_SENTENCE)


Shape = CommandShape | AssignmentShape | TextShape


def command_shape(text: str, *, at: str) -> CommandShape | AssignmentShape:
    """Raises `UsageError`, naming the key `at`, for what is no command line with one `{}` in it."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    holding = [index for index, word in enumerate(words) if "{}" in word]
    if len(holding) != 1 or words[holding[0]].count("{}") > 1:
        raise UsageError(
            f"{at}: found {text!r}, expected a command line with one {{}} in the value's place",
            remedy="Write it as on the page, such as: docker push {}",
        )
    (index,) = holding
    word = words[index]
    if words[:index] in ([], ["export"]) and (assigned := _ASSIGNMENT.fullmatch(word)):
        return AssignmentShape(text, assigned[1], assigned[2])
    if index == 0:
        raise UsageError(
            f"{at}: {text!r} begins with the value itself",
            remedy="Write the command in front of it, or what stands around it: { text = … }.",
        )
    option, equals, value = word.partition("=")
    if word.startswith("-") and equals:
        return CommandShape(text, tuple(words[:index] + words[index + 1 :]), option, value)
    if words[index - 1].startswith("-"):
        return CommandShape(text, tuple(words[: index - 1] + words[index + 1 :]), words[index - 1], word)
    return CommandShape(text, tuple(words[:index]), "", word)


def text_shape(text: str, *, number: bool, at: str) -> TextShape:
    """Raises `UsageError`, naming the key `at`, when nothing in front of the value tells where it is."""
    found = _HOLES.match(text)
    if not found or text.count("{}") != 1 or not found[1].strip():
        raise UsageError(
            f"{at}: found {text!r}, expected one {{}} with text in front of it",
            remedy="Write what stands around the value on the page, such as: http://localhost:{}",
        )
    return TextShape(text, found[1], found[2], found[3], number)

"""Dated facts: what no longer works, or is no longer supported, and since when."""

from __future__ import annotations

import datetime
import re
import tomllib
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.course import Course

Kind = Literal["service", "command", "image", "os", "version", "action", "package", "url"]
Where = Literal["code", "image", "url", "prose"]
Ends = Literal["gone", "unsupported", "deprecated"]

MAX_BYTES = 1 << 20
MAX_PATTERN = 1000
_DEFAULT: dict[str, tuple[Where, ...]] = {"image": ("image",), "url": ("url",)}
_NESTED = re.compile(r"(?<!\\)[+*}]\)(?:[+*]|\{\d*,)")
_FLAGS = re.compile(r"\(\?[a-zA-Z]+[:)]")
_QUANTIFIED = re.compile(r"\?|\*|\{")


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True, eq=False):
    """One entry of a file of facts; `facts.toml` says what its fields mean."""

    pattern: str
    kind: Kind
    since: datetime.date
    source: str
    replace_by: str
    name: str = ""
    ends: Ends = "gone"
    where: list[Where] = []
    unless: str = ""

    @cached_property
    def places(self) -> frozenset[Where]:
        return frozenset(self.where or _DEFAULT.get(self.kind, ("code",)))

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def exception(self) -> re.Pattern[str] | None:
        return re.compile(self.unless) if self.unless else None

    @cached_property
    def needles(self) -> tuple[str, ...]:
        """Texts of which a page has one if the pattern matches there; empty when nothing can be said."""
        found = [_literal(part) for part in _alternatives(self.pattern)]
        return tuple(found) if all(found) else ()

    def may_concern(self, text: str) -> bool:
        return not self.needles or any(needle in text for needle in self.needles)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fact: list[Fact]


@lru_cache(maxsize=1)
def own_facts() -> tuple[Fact, ...]:
    """Those that ship with the gate."""
    text = files("pytest_cloudlab.material.facts").joinpath("facts.toml").read_text(encoding="utf-8")
    return read_facts(text, "facts.toml")


@lru_cache(maxsize=4)
def facts_of(course: Course) -> tuple[Fact, ...]:
    """The gate's and the course's own. Raises `UsageError` for a file that is not as it has to be."""
    found = list(own_facts())
    for path in course.settings.facts:
        found += read_facts(_text(course.root / path, path), path)
    return tuple(found)


def _text(file: Path, path: str) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise UsageError(f"{path} is longer than {MAX_BYTES} bytes", remedy="Split it.")
        return data.decode("utf-8")
    except OSError as error:
        raise UsageError(
            f"the facts in {path} cannot be read: {error.strerror or error}",
            remedy="Mend `facts` in the course's settings: paths are from the course's folder.",
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8", remedy="Save the file as UTF-8.") from error


def read_facts(text: str, path: str) -> tuple[Fact, ...]:
    """The facts of a file. Raises `UsageError` that says which entry is wrong."""
    try:
        found = msgspec.convert(tomllib.loads(text), _File).fact
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}", remedy="Mend the file.") from error
    except msgspec.ValidationError as error:
        where = re.search(r"\$\.fact\[(\d+)\]", str(error))
        entry = f"fact {int(where[1]) + 1} of {path}" if where else path
        raise UsageError(
            f"{entry} is not as it has to be: {error}",
            remedy="A fact is a table [[fact]] with pattern, kind, since (a date), source and replace_by.",
        ) from error
    for number, fact in enumerate(found, 1):
        _check(fact, f"fact {number} of {path}")
    return tuple(found)


def _check(fact: Fact, entry: str) -> None:
    for field, pattern in (("pattern", fact.pattern), ("unless", fact.unless)):
        try:
            regex = re.compile(pattern)
        except re.error as error:
            raise UsageError(
                f"the {field} of {entry} is no regular expression: {error}", remedy="Escape `.`, `(` and `[`."
            ) from error
        if len(pattern) > MAX_PATTERN or _NESTED.search(pattern):
            raise UsageError(
                f"the {field} of {entry} may take for ever: it is too long, or repeats a repetition",
                remedy="Write it without `(…+)+`; use two entries for two things.",
            )
        if (pattern or field == "pattern") and regex.search(""):
            raise UsageError(f"the {field} of {entry} matches anything", remedy="Write what it looks for.")
    if not fact.source.startswith(("https://", "http://")):
        raise UsageError(
            f"the source of {entry} is {fact.source!r}, not an address",
            remedy="Give the announcement's address.",
        )


def _alternatives(pattern: str) -> list[str]:
    """What stands between the `|` that are in no group."""
    found: list[str] = []
    depth = start = index = 0
    while index < len(pattern):
        char = pattern[index]
        if char == "\\":
            index += 1
        elif char == "[":
            index = _after_class(pattern, index) - 1
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif char == "|" and not depth:
            found.append(pattern[start:index])
            start = index + 1
        index += 1
    return [*found, pattern[start:]]


def _literal(pattern: str) -> str:
    """The longest text that is in all matches; empty for less than three characters."""
    runs: list[str] = [""]
    depth = index = 0
    if _FLAGS.match(pattern):
        return ""
    while index < len(pattern):
        char = pattern[index]
        following = index + 1
        literal = ""
        if char == "\\":
            following = index + 2
            escaped = pattern[index + 1 : following]
            literal = "" if escaped.isalnum() else escaped
        elif char == "[":
            following = _after_class(pattern, index)
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif char not in ".^$|?*+{}":
            literal = char
        if char == "{":
            following = max(pattern.find("}", index) + 1, following)
        if depth or not literal or _QUANTIFIED.match(pattern, following):
            runs.append("")
        else:
            runs[-1] += literal
        index = following
    longest = max(runs, key=len)
    return longest if len(longest) >= 3 else ""


def _after_class(pattern: str, index: int) -> int:
    """Index behind `[…]`."""
    index += 2 if pattern[index + 1 : index + 2] == "^" else 1
    index += pattern[index : index + 1] == "]"
    while index < len(pattern) and pattern[index] != "]":
        index += 2 if pattern[index] == "\\" else 1
    return index + 1

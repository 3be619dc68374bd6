"""Placeholders: what a page leaves for its students to put in, filled so that a parser can read the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

Kind = Literal["braces", "angles", "brackets", "ellipsis", "template"]

_WORDS = r"[^\W\d_][\w'’.-]{0,40}(?:[ /][\w'’.-]{1,40}){0,7}"
_TEMPLATE = r"\$?\{\{(?:[^{}\n]|\{(?!\{)|\}(?!\})){0,200}\}\}"
_BRACES = rf"(?<![$%#\\{{]){{{_WORDS}}}"
_ANGLES = rf"(?<!<)<(?:{_WORDS}(?:\|[\w.-]{{1,40}}){{0,9}}|\.\.\.|…)>"
_BRACKETS = (
    r"(?<![\w\]$\[(])"
    r"\[(?:(?:[Yy]our|YOUR)[ _-][\w '’-]{1,60}|[A-Z][A-Z0-9]{0,20}(?:[_ -][A-Z0-9]{2,20}){1,5}|[A-Z]{4,20})\]"
)
_ELLIPSIS = r"…|(?<![\w./)\]])\.{3,6}(?![\w./])"
_ANY = re.compile(
    f"(?P<template>{_TEMPLATE})|(?P<braces>{_BRACES})|(?P<angles>{_ANGLES})"
    f"|(?P<brackets>{_BRACKETS})|(?P<ellipsis>{_ELLIPSIS})"
)
_SPEAKING = re.compile(
    r"(?<![a-z])your[-_]\w|(?<![A-Z])YOUR[-_]?[A-Z]{2}|XXXX|xxxx|CHANGE_?ME|changeme|REPLACE_|path/to/",
)
_QUOTED_PROGRAMS = re.compile(r"(?:^|[\s|;&(])(?:[gmn]?awk|jq|yq|sed|perl|ruby)\s")
_REVISION = re.compile(r"[\w./-]*@$")
_REVISION_WORDS = re.compile(r"(?:u|upstream|push|yesterday|[\w. ]*ago|\d+)\Z")
_TAGS = """
    a b i u p q s em br hr h1 h2 h3 h4 h5 h6 ol ul li dl dt dd tr td th div pre img svg html head body span
    table    thead tbody tfoot script iframe strong button form
"""
_HTML = frozenset(_TAGS.split())


@dataclass(frozen=True)
class Placeholder:
    """`<name>`, and where in the code it stands."""

    line: int
    column: int
    """Both from 1."""
    text: str
    kind: Kind


@dataclass(frozen=True)
class Filled:
    """Code of the same lines and columns, with words in the places of its placeholders."""

    code: str
    placeholders: tuple[Placeholder, ...]

    @cached_property
    def _by_line(self) -> dict[int, list[Placeholder]]:
        found: dict[int, list[Placeholder]] = {}
        for each in self.placeholders:
            found.setdefault(each.line, []).append(each)
        return found

    def within(self, line: int, column: int, length: int) -> tuple[Placeholder, ...]:
        """Those that begin within a stretch of a line."""
        on_line = self._by_line.get(line, ())
        return tuple(each for each in on_line if column <= each.column < column + max(length, 1))


def speaks(text: str) -> bool:
    """Whether a word itself says that it is to be replaced: `YOUR_PROJECT`, `your-name`, `path/to/file`."""
    return _SPEAKING.search(text) is not None


@lru_cache(maxsize=4096)
def fill(code: str, language: str) -> Filled:
    """Puts words of the same length in the place of placeholders.

    What the language itself writes like that is none: brace expansion and `${VAR}` in a shell, sets and
    f-strings in Python, flow mappings in YAML, HTML tags.

    >>> fill("ssh <user>@{your host}", "shell").code
    'ssh xuserx@xyour_hostx'
    """
    found: list[Placeholder] = []
    lines: list[str] = []
    closed = frozenset(re.findall(r"</([A-Za-z][\w-]{0,40})>", code))
    for number, line in enumerate(code.split("\n"), 1):
        if "{" not in line and "<" not in line and "[" not in line and "…" not in line and "..." not in line:
            lines.append(line)
            continue
        pieces: list[str] = []
        end = 0
        for match in _placeholders(line, language, closed):
            kind: Kind = match.lastgroup  # type: ignore[assignment]
            found.append(Placeholder(number, match.start() + 1, match.group(), kind))
            pieces += (line[end : match.start()], _word(match.group(), language))
            end = match.end()
        lines.append("".join(pieces) + line[end:])
    return Filled("\n".join(lines), tuple(found))


def _placeholders(line: str, language: str, closed: frozenset[str]) -> Iterator[re.Match[str]]:
    for match in _ANY.finditer(line[:5000]):
        inner = match.group()[1:-1]
        before = line[: match.start()]
        if match.lastgroup == "angles":
            tags = language not in ("shell", "sql") or before.count('"') % 2 or before.count("'") % 2
            if inner in closed or (tags and inner.lower() in _HTML):
                continue
            if language == "shell" and _is_redirection(inner, before, line[match.end() :]):
                continue
        elif match.lastgroup == "braces":
            if language == "shell" and (
                (_REVISION.search(before[-60:]) and _REVISION_WORDS.match(inner))
                or (before.count("'") % 2 and _QUOTED_PROGRAMS.search(before))
            ):
                continue
            if language == "python" and " " not in inner:
                continue
        elif match.lastgroup == "brackets":
            if language != "shell" and not inner.lower().startswith("your "):
                continue
        elif match.lastgroup == "ellipsis" and language != "shell":
            continue
        yield match


def _is_redirection(inner: str, before: str, after: str) -> bool:
    """`sort <in.txt>out.txt`, and not `cat <file>`."""
    if "." not in inner or inner.startswith("."):
        return False
    return bool(after.strip()) and (not before or before[-1].isspace())


def _word(text: str, language: str) -> str:
    word = "".join(each if each.isalnum() and each.isascii() else "_" for each in text)
    if language in ("json", "toml") and len(word) > 1:
        return f'"{word[1:-1]}"'
    return f"x{word[1:-1]}x" if len(word) > 1 else "x"

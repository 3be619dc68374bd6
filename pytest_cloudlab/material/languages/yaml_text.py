"""YAML as pages show it. Only parsed: no tag constructs anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_cloudlab.material.languages.complete import elides
from pytest_cloudlab.material.languages.flaw import Flaw

if TYPE_CHECKING:
    import yaml

MAX_DEPTH = 100
_ALONE = re.compile(r"([ \t]*)(?:- )?(?:\.{3,6}|…|\[\.{3}\]|\[…\]|\(\.{3}\))[ \t]*(?:#.*)?$")
_CHARACTER = re.compile(r"found character '(.+)' that cannot start any token")
_QUOTES = "Put the value in quotes."


def flaw_of(code: str) -> Flaw | None:
    """None for what parses; what pages leave out (`...`) is left out."""
    import yaml

    if _depth(code) > MAX_DEPTH:
        return None
    lines = code.split("\n")
    text = "\n".join(_without_elision(line, index, lines) for index, line in enumerate(lines))
    try:
        # Events only: composing nests calls as deep as the page nests its YAML, in C too.
        return next(_twice(yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)), lines), None)
    except (yaml.YAMLError, ValueError):
        return _error(text, lines)  # libyaml is fast, and says less of what it found


def _depth(code: str) -> int:
    """How deep its brackets nest, at most."""
    deepest = depth = 0
    for each in code:
        if each in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif each in "]}":
            depth = max(depth - 1, 0)
    return deepest


def _without_elision(line: str, index: int, lines: list[str]) -> str:
    if not _ALONE.match(line) or (line.rstrip() == "..." and index == len(lines) - 1):
        return line
    return f"{line[: len(line) - len(line.lstrip())]}#"


def _error(text: str, lines: list[str]) -> Flaw | None:
    import yaml

    try:
        for _ in yaml.parse(text, yaml.SafeLoader):
            pass
    except yaml.MarkedYAMLError as error:
        return _flaw(error, lines)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return None


def _flaw(error: yaml.MarkedYAMLError, lines: list[str]) -> Flaw | None:
    if error.problem_mark is None:
        return None
    last = max((number for number, line in enumerate(lines, 1) if line.strip()), default=1)
    number = min(error.problem_mark.line + 1, last)
    line = lines[number - 1]
    column = min(error.problem_mark.column, len(line)) + 1
    first = len(line) - len(line.lstrip()) + 1
    problem = error.problem or "it is no YAML"
    opened = error.context_mark
    if problem.startswith("mapping values are not allowed"):
        return _second_colon(lines, number, column, first)
    if match := _CHARACTER.match(problem):
        if match[1] == "\\t":
            return Flaw(number, column, 1, "a tab stands where YAML takes only spaces", "Indent with spaces.")
        mark = "a backquote" if match[1] == "`" else f"`{match[1]}`"
        return Flaw(number, column, 1, f"a value cannot begin with {mark} unless it is quoted", _QUOTES)
    if opened is not None and ("stream end" in problem or "end of stream" in problem):
        mark = lines[opened.line][opened.column : opened.column + 1]
        return Flaw(opened.line + 1, opened.column + 1, 1, f"the `{mark}` here is never closed")
    if opened is not None and problem.startswith("expected ',' or"):
        mark = lines[opened.line][opened.column : opened.column + 1]
        return Flaw(
            number,
            column,
            0,
            f"a comma or the end of the `{mark}` of line {opened.line + 1} is expected here",
        )
    if "alphabetic or numeric character" in problem:
        return Flaw(number, first, 0, "a value cannot begin with `*` or `&` unless it is quoted", _QUOTES)
    if "<block mapping start>" in problem or "<block sequence start>" in problem:
        return Flaw(number, first, 0, "its indentation fits no line above it", "Indent it like its siblings.")
    if "'<scalar>'" in problem:
        return Flaw(number, column, 0, "this stands behind a value that is complete already", _QUOTES)
    if problem.startswith("expected <block end>"):
        return Flaw(
            number, first, 0, "a list and a mapping are mixed at one level here", "Indent one of the two."
        )
    if problem.startswith("could not find expected ':'"):
        at = opened.line + 1 if opened is not None else number
        return Flaw(
            at,
            1,
            0,
            "this line is neither `key: value` nor an item of a list",
            "Write a `: ` behind the key.",
        )
    return Flaw(number, column, 0, re.sub(r"'([^' ]+)'", r"`\1`", problem))


def _second_colon(lines: list[str], number: int, column: int, first: int) -> Flaw:
    line = lines[number - 1]
    if ": " in line[first - 1 : column - 1]:
        return Flaw(number, column, 0, "a value that has `: ` in it needs quotes", _QUOTES)
    above = next((index for index in range(number - 1, 0, -1) if lines[index - 1].strip()), number)
    if above < number and not re.search(r":(?:\s|$)", lines[above - 1]):
        return Flaw(
            above,
            1,
            0,
            "this line is neither `key: value` nor an item of a list",
            "Write a `: ` behind the key.",
        )
    return Flaw(
        number,
        first,
        0,
        "it is indented deeper than the line above, which has a value already",
        "Indent it alike.",
    )


@dataclass
class _Open:
    """A mapping or a sequence that the events are in."""

    keys: dict[tuple[str | None, str], int] | None
    """Where its keys stand; None for a sequence."""
    key_next: bool = True


def _twice(events: Iterable[yaml.Event], lines: list[str]) -> Iterator[Flaw]:
    import yaml

    opened: list[_Open] = []
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        top = opened[-1] if opened else None
        if top is not None and top.keys is not None:
            if top.key_next and isinstance(event, yaml.ScalarEvent):
                at = event.start_mark
                before = top.keys.setdefault((event.tag, event.value), at.line) if at else 0
                if at and before != at.line and event.value != "<<" and not _is_alternative(lines, at.line):
                    yield Flaw(
                        at.line + 1,
                        at.column + 1,
                        len(event.value),
                        f"the key `{event.value}` is there twice, first in line {before + 1} of the block",
                        "Keep one of the two, or put what they hold together.",
                    )
            top.key_next = not top.key_next
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else None))


def _is_alternative(lines: list[str], index: int) -> bool:
    """Whether a comment above says that this is another way, or goes elsewhere."""
    above = next((lines[each].strip() for each in range(index - 1, -1, -1) if lines[each].strip()), "")
    return above.startswith("#") or elides(above)

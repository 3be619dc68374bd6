"""The slides of a reveal.js deck: where their Markdown stands in the file."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_cloudlab.material.markdown.front_matter import end_of_front_matter
from pytest_cloudlab.material.markdown.source import Line

_KEY = re.compile(r"\s*(separator|verticalSeparator)\s*:\s*(.*?)\s*$")
_OF_A_DECK = re.compile(r"\s*(?:separator|verticalSeparator|revealOptions)\s*:")
_SECTION = re.compile(r"<section\b([^<>]*\bdata-markdown\b[^<>]*)>", re.IGNORECASE)
_TEMPLATE = re.compile(r"\s*<(textarea|script)\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PATTERN = re.compile(r"\\r\?|\\r|\\n\??|[\^$]")
_SPECIAL = re.compile(r"[\\*+?()\[\]{}|]")
HORIZONTAL, VERTICAL = "---", "----"
"""Lines between slides where the deck does not say; the second is reveal-md's."""


@dataclass(frozen=True)
class Slide:
    across: int
    down: int
    lines: tuple[Line, ...]
    """What is Markdown on it."""
    first: bool = True
    """Of its section: no separator stands before it."""


def is_deck(text: str) -> bool:
    """Whether a Markdown page says in its front matter that it is a deck, as reveal-md reads it."""
    lines = text.split("\n")
    return any(_OF_A_DECK.match(line) for line in lines[: end_of_front_matter(lines)])


def is_html(path: str) -> bool:
    return path.lower().endswith((".html", ".htm"))


def slides_of_markdown(lines: Sequence[str]) -> Iterator[Slide]:
    first = end_of_front_matter(lines)
    said = {found[1]: found[2] for line in lines[:first] if (found := _KEY.match(line))}
    across = _separator(said.get("separator", ""), HORIZONTAL)
    down = _separator(said.get("verticalSeparator", ""), VERTICAL)
    yield from _slides([Line(i + 1, lines[i], 0) for i in range(first, len(lines))], across, down)


def slides_of_html(text: str) -> Iterator[Slide]:
    """Those that are written in Markdown, in the order of the file."""
    at = before = 0
    number = 1
    while (section := _SECTION.search(text, at)) is not None:
        said = {
            found[1]: html.unescape(found[2] or found[3] or "") for found in _ATTRIBUTE.finditer(section[1])
        }
        template = _TEMPLATE.match(text, section.end())
        start = template.end() if template else section.end()
        closing = re.compile(f"</{template[1] if template else 'section'}", re.IGNORECASE)
        closed = closing.search(text, start)
        end = closed.start() if closed else len(text)
        number += text.count("\n", before, start)
        before, at = start, end
        across, down = said.get("data-separator", ""), said.get("data-separator-vertical", "")
        column = start - (text.rfind("\n", 0, start) + 1)
        lines = _dedented(text[start:end].split("\n"), number, column)
        if across or down:
            yield from _slides(lines, _separator(across, HORIZONTAL), _separator(down, ""))
        else:
            yield Slide(0, 0, tuple(lines))


def _dedented(lines: list[str], number: int, column: int) -> list[Line]:
    """Without the white space that the first line with text starts with, as reveal.js takes it off."""
    first = next((line for index, line in enumerate(lines) if line.strip() and (index or not column)), "")
    lead = first[: len(first) - len(first.lstrip())]
    found: list[Line] = []
    for index, line in enumerate(lines):
        taken = len(lead) if index and line.startswith(lead) else 0
        found.append(Line(number + index, line[taken:], taken if index else column))
    return found


def _separator(said: str, otherwise: str) -> str:
    """The line that a pattern stands for; patterns themselves, which anyone may have written, are not run."""
    said = said.strip().strip("\"'")
    plain = _PATTERN.sub("", said)
    return plain if plain and not _SPECIAL.search(plain) else otherwise


def _slides(lines: Sequence[Line], across: str, down: str) -> Iterator[Slide]:
    column = row = 0
    first = True
    current: list[Line] = []
    for index, line in enumerate(lines):
        text = line.text.strip()
        if text and text in (across, down) and _stands_apart(lines, index):
            yield Slide(column, row, tuple(current), first)
            current, first = [], False
            column, row = (column + 1, 0) if text == across else (column, row + 1)
        else:
            current.append(line)
    yield Slide(column, row, tuple(current), first)


def _stands_apart(lines: Sequence[Line], index: int) -> bool:
    """Dashes below text would underline it: reveal.js wants blank lines around them."""
    if not set(lines[index].text.strip()) <= {"-"}:
        return True
    around = [lines[each].text for each in (index - 1, index + 1) if 0 <= each < len(lines)]
    return not any(text.strip() for text in around)

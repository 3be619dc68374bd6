"""Paragraphs of prose, and what in them is code, comment, formula or markup rather than words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place

_TICKS = re.compile(r"(?<!\\)`+")
_BEGINS = re.compile(r"\s*(?:[-*+•]|\d{1,9}[.)])[ \t]|\s*#{1,6}[ \t#]|\s*(?:!!!|\?\?\?|===)|\s*\|")
_HTML_CODE = re.compile(r"<(code|kbd|samp|pre|tt|var)\b[^<>]{0,200}>([^<>]{0,2000})</\1>", re.IGNORECASE)
_FORMULA = re.compile(r"(?<![\\$])\$(?![\s\d$])[^$\n]{1,400}(?<![\s\\])\$(?![\d$])|\\\([^\n]{1,400}?\\\)")
_MARKUP = re.compile(
    r"\]\((?:[^()\s]|\([^()\s]{0,200}\)){0,2000}|\b[a-z][a-z+]{1,9}://[^\s<>]{1,2000}|</?[A-Za-z][^<>]{0,1000}>"
    r"|\{[:.#%][^{}\n]{0,300}\}|^\s{0,3}\[[^\[\]]{1,100}\]:[ \t]*\S{1,2000}|[\w.+-]{1,64}@[\w.-]{1,200}",
    re.MULTILINE,
)
_SENTENCE = re.compile(r"[.!?][\"')\]*_]{0,3}\s+(?=[A-ZÀ-Þ`*_\[(\"])")
_TEMPLATE = re.compile(r"\{\{[^{}\n]{0,300}\}\}|\{%[^{}\n]{0,300}%\}")


@dataclass(frozen=True)
class Span:
    """`` `code` `` in a line of text."""

    text: str
    start: int
    """Index in the paragraph's text of the code itself."""


@dataclass(frozen=True, eq=False)
class Paragraph:
    """Lines that follow each other: a paragraph, an item of a list, a row of a table, a heading."""

    page: Page
    line: int
    """Of its first line on the page, from 1."""
    text: str

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.text.split("\n")[:-1]:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def at(self, index: int, length: int = 0) -> Place:
        row = bisect_right(self._starts, index) - 1
        return self.page.at(self.line + row, index - self._starts[row] + 1, length)

    @cached_property
    def _outer(self) -> tuple[tuple[int, int, int, int], ...]:
        """`(start, end)` of each code span with its ticks, then of the code in it."""
        runs = [(match.start(), match.end()) for match in _TICKS.finditer(self.text)]
        later: dict[int, list[int]] = {}
        for index in range(len(runs) - 1, -1, -1):
            later.setdefault(runs[index][1] - runs[index][0], []).append(index)
        found: list[tuple[int, int, int, int]] = []
        index = 0
        while index < len(runs):
            start, end = runs[index]
            same = later[end - start]
            while same and same[-1] <= index:
                same.pop()
            if same:
                closing = same.pop()
                found.append((start, runs[closing][1], end, runs[closing][0]))
                index = closing
            index += 1
        return tuple(found)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Its inline code, in order."""
        found = [Span(self.text[begin:end], begin) for _, _, begin, end in self._outer]
        if "<" in self.text:
            found += [Span(match[2], match.start(2)) for match in _HTML_CODE.finditer(self._without_ticks)]
        return tuple(sorted(found, key=lambda span: span.start))

    @cached_property
    def _without_ticks(self) -> str:
        return blanked(self.text, ((start, end) for start, end, _, _ in self._outer))

    @cached_property
    def plain(self) -> str:
        """The text with blanks in place of code, comments, formulas and templates: the same length."""
        text = self._without_ticks
        if "<" in text:
            text = blanked(text, (match.span() for match in _HTML_CODE.finditer(text)))
            text = blanked(text, _comments(text))
        if "$" in text or "\\(" in text:
            text = blanked(text, (match.span() for match in _FORMULA.finditer(text)))
        if "{" in text:
            text = blanked(text, (match.span() for match in _TEMPLATE.finditer(text)))
        return text

    @cached_property
    def words(self) -> str:
        """The plain text with blanks in place of addresses, tags and attributes too: what people read."""
        return blanked(self.plain, (match.span() for match in _MARKUP.finditer(self.plain)))

    @cached_property
    def sentences(self) -> tuple[tuple[int, str], ...]:
        """Of the plain text, each with its index."""
        ends = [match.end() for match in _SENTENCE.finditer(self.plain)]
        starts = [0, *ends]
        return tuple(
            (start, self.plain[start:end])
            for start, end in zip(starts, [*ends, len(self.plain)], strict=True)
        )

    def sentence_at(self, index: int) -> tuple[int, str]:
        return self.sentences[bisect_right(self._sentence_starts, index) - 1]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [start for start, _ in self.sentences]


def blanked(text: str, stretches: Iterable[tuple[int, int]]) -> str:
    """With blanks in place of these stretches; line ends stay."""
    pieces: list[str] = []
    at = 0
    for start, end in stretches:
        pieces.append(text[at:start])
        pieces.append("".join("\n" if char == "\n" else " " for char in text[start:end]))
        at = end
    return "".join(pieces) + text[at:] if pieces else text


def _comments(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start)
        at = len(text) if end < 0 else end + 3
        yield start, at


@lru_cache(maxsize=256)
def paragraphs_of(page: Page) -> tuple[Paragraph, ...]:
    """All prose of the page, in order."""
    found: list[Paragraph] = []
    lines: list[str] = []
    first = last = 0
    for number, line in page.prose:
        blank = not line.strip()
        if lines and (blank or number != last + 1 or _BEGINS.match(line)):
            found.append(Paragraph(page, first, "\n".join(lines)))
            lines = []
        if blank:
            continue
        if not lines:
            first = number
        lines.append(line)
        last = number
    if lines:
        found.append(Paragraph(page, first, "\n".join(lines)))
    return tuple(found)

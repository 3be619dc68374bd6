"""What a line of Markdown starts, as Python-Markdown's block processors and a course's extensions read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.markdown.source import Line
from pytest_cloudlab.material.markdown.target import code_spans

_ADMONITION = re.compile(r'!!! ?[\w-]+(?: +[\w-]+)*(?: +".*?")? *$')
_DETAILS = re.compile(r'\?\?\?\+? ?(?:(?:[\w-]+(?: +[\w-]+)*)? +".*?"|[\w-]+(?: +[\w-]+)*) *$')
_TAB = re.compile(r'===(?:\+!?|!\+?)? +".*?" *$')
_HEADING = re.compile(r"(#{1,6})((?:\\.|[^\\#]|#+(?=[^#]))*?)#*$")
_UNDERLINE = re.compile(r"(?:=+|-+) *$")
_RULE = re.compile(r" {0,3}([-_*])(?: {0,2}\1){2,} *$")
_NUMBERED = re.compile(r" {0,3}\d+\. +")
_BULLET = re.compile(r" {0,3}[*+-] +")
_EITHER = re.compile(r" {0,3}(?:\d+\.|[*+-]) +")
_NESTED = re.compile(r" {4,7}(?:\d+\.|[*+-]) +")
_DEFINITION = re.compile(r" {0,3}: {1,3}")
_LAZY = re.compile(r" {0,3}[^ :]")
_QUOTE = re.compile(r" {0,3}> ?")
_FOOTNOTE = re.compile(r" {0,3}\[\^[^\]]*\]: *")
_PIPES = re.compile(r"\\\\|\\\||(\|)")
_LISTS = frozenset({"ul", "ol"})
_ITEMS = frozenset({"li"})


class Kinds:
    """The kinds of line that matter under a course's extensions."""

    def __init__(self, markup: Markup) -> None:
        self._openings = [
            (name, pattern)
            for name, extension, pattern in (
                ("admonition", "admonition", _ADMONITION),
                ("details", "pymdownx.details", _DETAILS),
                ("tab", "pymdownx.tabbed", _TAB),
            )
            if markup.has(extension)
        ]
        definitions = markup.has("def_list")
        self._sane_lists = markup.has("sane_lists")
        self._sane_headings = markup.has("pymdownx.saneheaders")
        self._tables = markup.has("tables")
        self.gives_back = markup.has("pymdownx.superfences")
        """Whether what is taken for a fence in code becomes text again."""
        self.indented = not markup.options("pymdownx.superfences").get("disable_indented_code_blocks")
        """Whether indentation makes code."""
        self.indents = ((_LISTS, _ITEMS), (_LISTS | {"dl"}, _ITEMS | {"dd"}))[: 1 + definitions]
        """The lists, and their items, that indented blocks go on with, in the order of the processors."""
        self.tests: dict[str, Callable[[str], bool]] = {
            "opening": lambda text: text[0] in "!?=" and bool(self.opening(text)),
            "heading": lambda text: text[0] == "#" and self._is_heading(text),
            "rule": lambda text: bool(_RULE.match(text)),
            "definition": lambda text: definitions and bool(_DEFINITION.match(text)),
            "quote": lambda text: bool(_QUOTE.match(text)),
            "footnote": (lambda text: bool(_FOOTNOTE.match(text)))
            if markup.has("footnotes")
            else lambda text: False,
        }

    def opening(self, text: str) -> str:
        """`admonition`, `details` or `tab` for a line that opens one; else empty."""
        return next((name for name, pattern in self._openings if pattern.match(text)), "")

    def _is_heading(self, text: str) -> bool:
        if self._sane_headings and not re.match(r"#{1,6}(?: |$)", text):
            return False
        return _HEADING.match(text) is not None

    def heading(self, text: str) -> tuple[int, str]:
        """Level and title of a line that is one."""
        found = _HEADING.match(text)
        return (len(found[1]), found[2].strip()) if found else (1, text)

    def underline(self, text: str) -> int:
        """The level of heading that the line makes of the one above; 0 for none."""
        return 0 if not _UNDERLINE.match(text) else 1 if text[0] == "=" else 2

    def item(self, text: str) -> str:
        """`ol` or `ul` for a line that starts an item."""
        return "ol" if _NUMBERED.match(text) else "ul" if _BULLET.match(text) else ""

    def siblings(self, tag: str) -> frozenset[str]:
        """The lists that an item of a `tag` goes on with."""
        return frozenset({tag}) if self._sane_lists else frozenset({"ul", "ol"})

    def items_of(self, lines: Sequence[Line], tag: str) -> list[list[Line]]:
        """The lines of each item; those of an indented list are one item and keep their indentation."""
        child = {"ol": _NUMBERED, "ul": _BULLET}[tag] if self._sane_lists else _EITHER
        found: list[list[Line]] = []
        for line in lines:
            if started := child.match(line.text):
                found.append([line.without(started.end())])
            elif _NESTED.match(line.text) and not found[-1][0].text.startswith("    "):
                found.append([line])
            else:
                found[-1].append(line)
        return found

    def defined(self, line: Line) -> Line:
        found = _DEFINITION.match(line.text)
        return line.without(found.end()) if found else line

    def is_lazy(self, text: str) -> bool:
        return _LAZY.match(text) is not None

    def noted(self, line: Line) -> Line:
        found = _FOOTNOTE.match(line.text)
        return line.without(found.end()) if found else line

    def unquoted(self, line: Line) -> Line:
        if line.text.strip(" ") == ">":
            return Line(line.number, "", line.taken)
        found = _QUOTE.match(line.text)
        return line.without(found.end()) if found else line

    def is_table(self, lines: Sequence[Line], start: int) -> bool:
        """Whether the lines from `start` on are a table: a row, and below it one of dashes."""
        if not self._tables or len(lines) < start + 2:
            return False
        head, below = lines[start].text.strip(" "), lines[start + 1].text.strip(" ")
        if "|" not in head or not set(below) <= set("|:- "):
            return False
        border = head.startswith("|") or _ends_in_pipe(head)
        columns = _cells(head, border)
        if columns != _cells(below, border):
            return False
        if columns > 1:
            return True
        rows = (lines[index].text.strip(" ") for index in range(start + 1, len(lines)))
        return border and all(row.startswith("|") or _ends_in_pipe(row) for row in rows)


def _ends_in_pipe(row: str) -> bool:
    if not row.endswith("|"):
        return False
    before = row[:-1]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 0


def _cells(row: str, border: bool) -> int:
    if border:
        row = row.removeprefix("|")
        row = row[:-1] if _ends_in_pipe(row) else row
    for start, end in reversed(code_spans(row)):
        row = row[:start] + row[end:]
    return 1 + sum(1 for found in _PIPES.finditer(row) if found[1])


@lru_cache(maxsize=8)
def kinds_of(markup: Markup) -> Kinds:
    return Kinds(markup)

"""Reads HTML in one pass, whatever it is."""

from __future__ import annotations

import html
import re
from collections import Counter
from xml.etree.ElementTree import Element, TreeBuilder

from pytest_cloudlab.material.markdown.html_tag import ATTRIBUTE, TAG, VOID

_RAW = frozenset({"script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"})
"""Elements with nothing but text in them."""
_OPTIONAL_END = frozenset(
    {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "colgroup"}
)
MOST_DEEP = 2000
"""Elements in each other; deeper ones stand beside each other."""


class HtmlReader:
    def __init__(self, text: str) -> None:
        self.wrong = False
        """Whether an element is closed that is not open, or the other way round."""
        self.deepest = 0
        self._text = text
        self._builder = TreeBuilder()
        self._open: list[str] = []
        self._counts: Counter[str] = Counter()
        self._start("div", "")
        at = done = 0
        while (tag := TAG.search(text, at)) is not None:
            self._data(done, tag.start())
            done = at = self._take(tag)
        self._data(done, len(text))
        self.wrong |= any(name not in _OPTIONAL_END for name in self._open[1:])
        while self._open:
            self._builder.end(self._open.pop())
        self.root: Element = self._builder.close()

    def _take(self, tag: re.Match[str]) -> int:
        """What the tag does; where to read on."""
        if tag["comment"] is not None:
            return self._behind("-->", tag.end())
        if tag[1]:
            name = tag[1].lower()
            self._start(name, tag[2])
            if name in VOID or (tag[3] and name not in _RAW):
                self._end(name)
            elif name in _RAW:
                closing = re.compile(f"</{name}", re.IGNORECASE).search(self._text, tag.end())
                end = closing.start() if closing else len(self._text)
                self._builder.data(html.unescape(self._text[tag.end() : end]))
                return end
            return tag.end()
        if tag[4]:
            name = tag[4].lower()
            if name not in VOID:
                self._end(name)
            return tag.end()
        return self._behind(">", tag.end())

    def _behind(self, wanted: str, at: int) -> int:
        found = self._text.find(wanted, at)
        return len(self._text) if found < 0 else found + len(wanted)

    def _start(self, name: str, attributes: str) -> None:
        found: dict[str, str] = {}
        for each in ATTRIBUTE.finditer(attributes):
            found.setdefault(each[1].lower(), html.unescape(each[2] or each[3] or each[4] or ""))
        if len(self._open) >= MOST_DEEP:
            self._end(self._open[-1])
        self._builder.start(name, found)
        self._open.append(name)
        self._counts[name] += 1
        self.deepest = max(self.deepest, len(self._open))

    def _end(self, name: str) -> None:
        if not self._counts[name] or (name == "div" and self._counts["div"] == 1):
            self.wrong = True
            return
        while True:
            last = self._open.pop()
            self._counts[last] -= 1
            self._builder.end(last)
            if last == name:
                return
            self.wrong |= last not in _OPTIONAL_END

    def _data(self, start: int, end: int) -> None:
        if start < end:
            self._builder.data(html.unescape(self._text[start:end]))

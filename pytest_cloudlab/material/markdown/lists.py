"""Lists: their items, what is indented below an item, terms and their definitions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence

from pytest_cloudlab.material.markdown.line_kinds import Kinds
from pytest_cloudlab.material.markdown.node import INDENT, Node, View
from pytest_cloudlab.material.markdown.source import Line

_LISTS = frozenset({"ul", "ol"})


class Lists(ABC):
    """The part of an outline that knows of lists."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._state: list[str] = [""]
        """What is being read, innermost last: a `list`, a `looselist`, a `detabbed` block, a `blockquote`."""

    @abstractmethod
    def read(self, parent: Node, lines: Sequence[Line], *, whole: bool = False) -> None:
        """All of `lines` into `parent`; blank ones end nothing where the lines are taken as a `whole`."""

    @abstractmethod
    def _text(self, parent: Node, lines: Iterable[Line]) -> None:
        """Lines that are to be read as they stand."""

    def _within(self, state: str, node: Node, lines: Sequence[Line], *, whole: bool = True) -> None:
        self._state.append(state)
        self.read(node, lines, whole=whole)
        self._state.pop()

    def _texted(self, item: Node) -> None:
        """An item's text becomes a paragraph when more follows."""
        if item.text:
            item.text = False
            if item.last is None:
                item.add("p")

    def _indented(self, view: View, columns: int) -> tuple[list[Line], list[View]]:
        """The first lines of `view` that are indented, without that; and the rest."""
        end = view.start
        prefix = " " * columns
        while end < len(view.lines) and (
            (text := view.lines[end].text).startswith(prefix) or not text or text.isspace()
        ):
            end += 1
        inner = [line.without(columns) for line in view.lines[view.start : end]]
        return inner, [view.rest(end)] if end < len(view.lines) else []

    def _child(self, parent: Node, view: View, lists: Collection[str], items: Collection[str]) -> None:
        """An indented block below an item of a list belongs to the item, how deep tells the indentation."""
        text = view.lines[view.start].text
        wanted = (len(text) - len(text.lstrip(" "))) // INDENT
        level = 1 if self._state[-1] == "list" else 0
        node = parent
        while wanted > level:
            below = node.last
            if below is None or (below.tag not in lists and below.tag not in items):
                break
            if below.tag in lists:
                level += 1
            node = below
        prefix = " " * (INDENT * level)
        lines = [
            line.without(INDENT * level) if line.text.startswith(prefix) else line
            for line in view.lines[view.start :]
        ]
        whole = True
        if parent.tag in items:
            last = parent.last
            node = last if last is not None and last.tag in lists else parent
        elif node.tag not in items:
            if node.last is not None and node.last.tag in items:
                node, whole = node.last, False
                self._texted(node)
            else:
                node = node.add("dd" if node.tag == "dl" else "li", "list")
        self._within("detabbed", node, lines, whole=whole)

    def _list(self, parent: Node, view: View, tag: str) -> None:
        items = self._kinds.items_of(view.lines[view.start :], tag)
        last = parent.last
        if last is not None and last.tag in self._kinds.siblings(tag):
            node = last
            if node.last is not None:
                self._texted(node.last)
            self._within("looselist", node.add("li", "list"), items.pop(0))
        elif parent.tag in _LISTS:
            node = parent
        else:
            node = parent.add(tag)
        self._state.append("list")
        for item in items:
            if item[0].text.startswith("    ") and node.last is not None:
                self.read(node.last, item, whole=True)
            else:
                self.read(node.add("li", "list"), item, whole=True)
        self._state.pop()

    def _definition(self, parent: Node, view: View, at: int) -> list[View]:
        lines, start = view.lines, view.start
        self._text(parent, lines[start:at])
        first = self._kinds.defined(lines[at])
        rest = view.rest(at + 1)
        left: list[View] = []
        if rest.start < len(lines) and self._kinds.is_lazy(lines[rest.start].text):
            inner = list(lines[rest.start :])
        else:
            inner, left = self._indented(rest, INDENT)
        state = "list"
        last = parent.last
        if at == start and last is not None and last.tag == "p":
            state, parent.last = "looselist", last.before
        elif (
            at == start
            and last is not None
            and last.tag == "dl"
            and last.last is not None
            and last.last.last is not None
        ):
            state = "looselist"
        node = parent.last
        if node is None or node.tag != "dl":
            node = parent.add("dl")
        self._within(state, node.add("dd", "list"), [first, *inner])
        return left

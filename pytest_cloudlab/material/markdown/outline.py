"""The structure of a page: its containers, and the headings and code in them.

Takes blocks of lines apart in the order in which Python-Markdown's block processors do, so that what is code
there is code here. Lines keep their numbers; each is looked at once for every container that it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from pytest_cloudlab.material.markdown.html_tag import Region
from pytest_cloudlab.material.markdown.line_kinds import Kinds
from pytest_cloudlab.material.markdown.lists import Lists
from pytest_cloudlab.material.markdown.node import INDENT, Node, View
from pytest_cloudlab.material.markdown.source import Line, groups, marks, unbroken

DEEPEST = 40
"""Containers inside each other; deeper ones are paragraphs."""


class Outline(Lists):
    """`headings`: `(level, text, number)`; `fences`: index and containers of each that is one;
    `codes`: indented code; `raws`: HTML, and its containers."""

    def __init__(
        self,
        kinds: Kinds,
        regions: Sequence[Region],
        watched: Collection[int],
        restore: Callable[[int, int], Iterable[Line]],
    ) -> None:
        self.headings: list[tuple[int, str, int]] = []
        self.fences: list[tuple[int, tuple[str, ...]]] = []
        self.codes: list[Node] = []
        self.raws: list[tuple[Region, tuple[str, ...]]] = []
        self.seen: dict[int, tuple[str, ...]] = {}
        """By number, the containers of the watched lines that are text."""
        self._watched = watched
        self._restore = restore
        """The lines of a fence, given its index and the columns that are taken off."""
        super().__init__(kinds)
        self._regions = regions
        self._depth = 0

    def read(self, parent: Node, lines: Sequence[Line], *, whole: bool = False) -> None:
        self._depth += 1
        waiting = [View(group) for group in reversed([unbroken(lines)] if whole else groups(lines)) if group]
        while waiting:
            view = waiting.pop()
            if self._depth > DEEPEST:
                self._paragraph(parent, view)
            else:
                waiting.extend(reversed(self._one(parent, view, waiting)))
        self._depth -= 1

    def _one(self, parent: Node, view: View, waiting: list[View]) -> list[View]:
        """Takes one thing off the front of `view`; what it leaves comes next."""
        kinds, lines, start, end = self._kinds, view.lines, view.start, len(view.lines)
        text = lines[start].text
        opening = view.first("opening", kinds)
        if opening < end:
            if opening > start:
                return [View(lines[start:opening]), view.rest(opening)]
            return self._container(parent, view)
        if text.startswith("\x02r"):
            return self._html(parent, view)
        if text.startswith("    "):
            if (left := self._continued(parent, view)) is not None:
                return left
            last = parent.last
            for lists, items in kinds.indents if self._state[-1] != "detabbed" else ():
                if parent.tag in items or (last is not None and last.tag in lists):
                    self._child(parent, view, lists, items)
                    return []
            if kinds.indented:
                return self._code(parent, view)
        if kinds.is_table(lines, start):
            self._text(parent, lines[start:])
            parent.add("table")
            return []
        heading = view.first("heading", kinds)
        if heading < end:
            if heading > start:
                self._nested(parent, lines[start:heading])
            level, title = kinds.heading(lines[heading].text)
            self.headings.append((level, title, lines[heading].number))
            parent.add(f"h{level}")
            rest = view.rest(heading + 1)
            if self._state[-1] == "looselist":
                rest = View(
                    [
                        line.without(INDENT) if line.text.startswith("    ") else line
                        for line in lines[heading + 1 :]
                    ]
                )
            return [rest] if rest.start < len(rest.lines) else []
        if start + 1 < end and (level := kinds.underline(lines[start + 1].text)):
            if marks(text):
                self._text(parent, lines[start : start + 1])
            else:
                self.headings.append((level, text.strip(), lines[start].number))
            parent.add(f"h{level}")
            return [view.rest(start + 2)] if start + 2 < end else []
        rule = view.first("rule", kinds)
        if rule < end:
            if rule > start:
                self._nested(parent, lines[start:rule])
            parent.add("hr")
            return [view.rest(rule + 1)] if rule + 1 < end else []
        if listed := kinds.item(text):
            self._list(parent, view, listed)
            return []
        return self._late(parent, view, waiting)

    def _late(self, parent: Node, view: View, waiting: list[View]) -> list[View]:
        """Definitions, quotes, footnotes, paragraphs."""
        kinds, lines, start, end = self._kinds, view.lines, view.start, len(view.lines)
        definition = view.first("definition", kinds)
        if definition < end and (definition > start or parent.last is not None):
            return self._definition(parent, view, definition)
        quote = view.first("quote", kinds)
        if quote < end:
            if quote > start:
                self._nested(parent, lines[start:quote])
            last = parent.last
            inside = (
                last if last is not None and last.tag == "blockquote" else parent.add("blockquote", "quote")
            )
            self._within("blockquote", inside, [kinds.unquoted(line) for line in lines[quote:]], whole=False)
            return []
        note = view.first("footnote", kinds)
        if note < end:
            return self._footnote(parent, view, note, waiting)
        self._paragraph(parent, view)
        return []

    def _nested(self, parent: Node, lines: Sequence[Line]) -> None:
        self.read(parent, lines)

    def _text(self, parent: Node, lines: Iterable[Line]) -> None:
        """What is to be read, and the fences in it."""
        for line in lines:
            if line.number in self._watched:
                self.seen[line.number] = parent.inside
            for kind, index in marks(line.text):
                if kind == "f":
                    self.fences.append((index, parent.inside))
                else:
                    self._region(parent, self._regions[index])

    def _paragraph(self, parent: Node, view: View) -> None:
        self._text(parent, view.lines[view.start :])
        if self._state[-1] != "list":
            parent.add("p")
        elif parent.last is None:
            parent.text = True

    def _html(self, parent: Node, view: View) -> list[View]:
        for _, index in marks(view.lines[view.start].text):
            self._region(parent, self._regions[index])
        return [view.rest(view.start + 1)] if view.start + 1 < len(view.lines) else []

    def _region(self, parent: Node, region: Region) -> None:
        label = "details" if region.tag == "details" else "html"
        if region.kind == "markdown" and self._depth <= DEEPEST:
            self.read(parent.add(region.tag, label), region.content)
        else:
            self.raws.append((region, (*parent.inside, label)))
            # In Markdown inside HTML, an element is one like any other: what is indented may go on with it.
            parent.add(region.tag if region.nested else "p")

    def _container(self, parent: Node, view: View) -> list[View]:
        """`!!! note`, `??? note`, `=== "Tab"`: what is indented below it is in it."""
        label = self._kinds.opening(view.lines[view.start].text)
        inner, rest = self._indented(view.rest(view.start + 1), INDENT)
        last = parent.last
        if label == "tab":
            tabs = last if last is not None and last.tag == "tabs" else parent.add("tabs")
            node = tabs.add("tab", label)
        else:
            node = parent.add(label, label)
        self.read(node, inner)
        return rest

    def _continued(self, parent: Node, view: View) -> list[View] | None:
        """Indented lines below a blank one go on with the container before it, or with a list at its end."""
        node = parent.last
        if node is None or node.tag not in ("admonition", "details", "tabs"):
            return None
        text, indent = view.lines[view.start].text, INDENT
        if node.tag == "tabs" and node.last is not None:
            node = node.last
        below = node.last
        while (
            below is not None and text.startswith(" " * (indent + INDENT)) and below.tag in ("ul", "ol", "dl")
        ):
            if below.last is None:
                break
            node, below = below.last, below.last.last
            indent += INDENT
        inner, rest = self._indented(view, indent)
        if node.tag in ("li", "dd") and node.text:
            node.text = False
            node.add("p")  # behind what else is in it, as there
        self.read(node, inner)
        return rest

    def _code(self, parent: Node, view: View) -> list[View]:
        inner, rest = self._indented(view, INDENT)
        last = parent.last
        if last is None or last.tag != "pre":
            last = parent.add("pre")
            self.codes.append(last)
        last.code.extend(inner)
        if not self._kinds.gives_back:
            return rest
        return [View(self._undone(view.lines[view.start :])) for view in rest]

    def _undone(self, lines: Sequence[Line]) -> list[Line]:
        """What stands right below code loses its fences, as superfences gives back all that it took there."""
        found: list[Line] = []
        for line in lines:
            taken_out = [index for kind, index in marks(line.text) if kind == "f"]
            if taken_out:
                found.extend(self._restore(taken_out[0], line.taken))
            else:
                found.append(line)
        return found

    def _footnote(self, parent: Node, view: View, at: int, waiting: list[View]) -> list[View]:
        """Its text is set at the end of the page; indented blocks below go on with it."""
        kinds, lines, end = self._kinds, view.lines, len(view.lines)
        before = [View(lines[view.start : at])] if at > view.start else []
        following = next((i for i in range(at + 1, end) if kinds.tests["footnote"](lines[i].text)), end)
        note = [kinds.noted(lines[at]), *map(_loosened, lines[at + 1 : following])]
        if following == end:
            while waiting and waiting[-1].lines[waiting[-1].start].text.startswith("    "):
                more = waiting.pop()
                note.append(Line(0, "", 0))
                note.extend(map(_loosened, more.lines[more.start :]))
        state, self._state = self._state, [""]
        self.read(Node("li", parent.inside), note)
        self._state = state
        return before + ([view.rest(following)] if following < end else [])


def _loosened(line: Line) -> Line:
    return line.without(INDENT) if line.text.startswith("    ") else line

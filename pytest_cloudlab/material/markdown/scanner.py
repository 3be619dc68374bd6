"""Finds a page's blocks of code and its headings, and tells its prose from the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pytest_cloudlab.material.block import Block, Kind
from pytest_cloudlab.material.markdown.anchor import anchors
from pytest_cloudlab.material.markdown.comment import commented
from pytest_cloudlab.material.markdown.fence import Fence, fences, plain_fences
from pytest_cloudlab.material.markdown.front_matter import end_of_front_matter
from pytest_cloudlab.material.markdown.heading import Heading
from pytest_cloudlab.material.markdown.html_block import Extraction
from pytest_cloudlab.material.markdown.html_code import code_in_html
from pytest_cloudlab.material.markdown.html_tag import Region
from pytest_cloudlab.material.markdown.line_kinds import kinds_of
from pytest_cloudlab.material.markdown.node import Node
from pytest_cloudlab.material.markdown.ordinal import named
from pytest_cloudlab.material.markdown.outline import Outline
from pytest_cloudlab.material.markdown.source import Line, cut, expanded, mark, marks
from pytest_cloudlab.material.markdown.target import code_spans, is_inside
from pytest_cloudlab.material.page import Page, Scanned

_DEFINITION = re.compile(r" {0,3}\[[^\]]+\]:")
_ID = re.compile(r"\{:?[^{}]*#([^\s{}]+)[^{}]*\}[ ]*$")
MOST_DEFINITIONS = 200


def scan(page: Page) -> Scanned:
    """What is on the page. One pass for fences, one for HTML, one for containers; each linear in the page."""
    if page.kind == "deck":
        from pytest_cloudlab.material.markdown.decks import scan_deck

        return scan_deck(page)
    return _Scan(page).scanned()


class _Scan:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._text = [expanded(line) for line in page.lines]
        self._first = end_of_front_matter(page.lines)
        self._not_prose = set(range(1, self._first + 1))
        self._blocks: list[Block] = []

    def scanned(self) -> Scanned:
        markup = self._page.markup
        found = list(self._fences())
        unclosed = {fence.start + 1: fence for fence in found if not fence.closed}
        extraction = Extraction(list(self._lines(found)), markdown_inside=markup.has("md_in_html"))
        outline = Outline(
            kinds_of(markup),
            extraction.regions,
            unclosed.keys(),
            lambda index, taken: self._source(found[index], taken),
        )
        outline.read(Node("div"), extraction.lines)
        for index, inside in outline.fences:
            self._fence(found[index], inside)
        for number, inside in outline.seen.items():
            self._fence(unclosed[number], inside)
        for region, inside in outline.raws:
            self._raw(region, inside, found, unclosed)
        for node in outline.codes:
            self._indented(node, found)
        self._not_prose |= commented(self._page.lines, self._not_prose)
        headings = self._headings(
            sorted(outline.headings, key=lambda heading: heading[2]), extraction.regions
        )
        return Scanned(tuple(named(self._blocks, headings)), tuple(headings), frozenset(self._not_prose))

    def _fences(self) -> Iterator[Fence]:
        markup = self._page.markup
        if markup.has("pymdownx.superfences"):
            relaxed = bool(markup.options("pymdownx.superfences").get("relaxed_headers"))
            highlighted = bool(markup.options("pymdownx.highlight").get("use_pygments", True))
            return fences(self._text, self._first, relaxed=relaxed, highlighted=highlighted)
        return plain_fences(self._text, self._first) if markup.has("fenced_code") else iter(())

    def _lines(self, found: list[Fence]) -> Iterator[Line]:
        """All lines, with a mark in the place of each fence."""
        index = self._first
        for which, fence in enumerate(found):
            if not fence.closed:
                continue
            for at in range(index, fence.start):
                yield Line(at + 1, self._text[at], 0)
            yield Line(fence.start + 1, fence.opening.prefix + mark("f", which), 0)
            index = fence.end + 1
        for at in range(index, len(self._text)):
            yield Line(at + 1, self._text[at], 0)

    def _fence(self, fence: Fence, inside: tuple[str, ...]) -> None:
        opening = fence.opening
        end = fence.end
        while not fence.closed and end > fence.start + 1 and not self._text[end - 1]:
            end -= 1
        width = len(opening.prefix)
        lines = [Line(at + 1, self._text[at], width) for at in range(fence.start + 1, end)]
        code, columns = self._cut(lines)
        self._not_prose.update(range(fence.start + 1, end + 1 + fence.closed))
        self._add(
            "fence",
            opening.language.lower(),
            opening.options,
            code,
            fence.start + 2,
            columns,
            inside,
            fence.closed,
        )

    def _source(self, fence: Fence, taken: int) -> Iterator[Line]:
        """The lines of what is no fence after all; blank ones are spaces, for they end nothing just yet."""
        for index in range(fence.start, fence.end + 1):
            yield Line(index + 1, self._text[index][taken:] or " ", taken)

    def _indented(self, node: Node, found: list[Fence]) -> None:
        taken: dict[int, int] = {}
        for line in node.code:
            taken[line.number] = line.taken
            for _, index in marks(line.text):
                # Code, and no fence: the mark stands for all of its lines.
                taken.update(
                    (number + 1, line.taken) for number in range(found[index].start, found[index].end + 1)
                )
        empty = "> " if "quote" in node.inside else " "
        numbers: list[int] = []
        for number in sorted(taken):
            between = range(numbers[-1] + 1, number) if numbers else range(0)
            if any(self._text[each - 1].strip(empty) for each in between):
                self._stretch(numbers, taken, node)
                numbers = []
            else:
                numbers.extend(between)
            numbers.append(number)
        self._stretch(numbers, taken, node)

    def _stretch(self, numbers: list[int], taken: dict[int, int], node: Node) -> None:
        usual = taken[numbers[0]]
        code, columns = self._cut(
            [Line(each, self._text[each - 1], taken.get(each, usual)) for each in numbers]
        )
        self._not_prose.update(numbers)
        self._add("indented", "", "", code, numbers[0], columns, node.inside, True)

    def _cut(self, lines: list[Line]) -> tuple[str, list[int]]:
        pieces = [
            cut(self._page.lines[line.number - 1], line.taken) if line.text else ("", lines[0].taken)
            for line in lines
        ]
        return "\n".join(piece.rstrip("\r") for piece, _ in pieces), [width + 1 for _, width in pieces]

    def _raw(
        self, region: Region, inside: tuple[str, ...], found: list[Fence], unclosed: dict[int, Fence]
    ) -> None:
        if region.kind == "comment":
            return
        visible = (
            re.sub(r"<!--.*?-->", "", region.text, flags=re.DOTALL) if "<!--" in region.text else region.text
        )
        for _, index in marks(visible):
            self._fence(found[index], inside)
        for number in range(region.start, region.end + 1):
            if number in unclosed:
                self._fence(unclosed[number], inside)
        if region.tag in ("pre", "script", "style"):
            self._not_prose.update(range(region.start, region.end + 1))
        for each in code_in_html(self._page.lines, region):
            self._not_prose.update(range(each.line, each.line + each.code.count("\n") + 1))
            self._add("html", each.language, "", each.code, each.line, [each.column], inside, True)

    def _add(
        self,
        kind: Kind,
        language: str,
        options: str,
        code: str,
        line: int,
        columns: list[int],
        inside: tuple[str, ...],
        closed: bool,
    ) -> None:
        line = min(line, len(self._text))
        column = columns[0] if columns else 1
        mixed = tuple(columns) if any(each != column for each in columns) else ()
        path = self._page.path
        self._blocks.append(
            Block(path, kind, language, options, code, line, column, "", 0, inside, closed, mixed)
        )

    def _headings(self, found: list[tuple[int, str, int]], regions: Iterable[Region]) -> list[Heading]:
        markup = self._page.markup
        texts = [text for _, text, _ in found]
        definitions = ""
        if any("[" in text for text in texts):
            lines = [line for line in self._page.lines if _DEFINITION.match(line)]
            definitions = "\n".join(lines[:MOST_DEFINITIONS])
        taken = {region.anchor for region in regions if region.anchor}
        if markup.has("attr_list"):
            taken |= set(self._ids({number for _, _, number in found}))
        base = markup.options("toc").get("baselevel", 1)
        below = base - 1 if isinstance(base, int) else 0
        return [
            Heading(min(level + below, 6), text, slug, number)
            for (level, _, number), (text, slug) in zip(
                found, anchors(markup, texts, taken=taken, definitions=definitions), strict=True
            )
        ]

    def _ids(self, headings: set[int]) -> Iterator[str]:
        """Those that attribute lists set outside of headings."""
        for number, line in enumerate(self._page.lines, 1):
            if "{" in line and "#" in line and number not in self._not_prose and number not in headings:
                found = _ID.search(line)
                if found and not is_inside(code_spans(line), found.start()):
                    yield found[1]

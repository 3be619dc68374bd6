"""Raw HTML between the lines of a page: what Python-Markdown leaves alone, and what it reads on inside."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from pytest_cloudlab.material.markdown.html_tag import (
    BLOCKS,
    ID,
    LEAD,
    MARKDOWN,
    RAW,
    SCRIPTS,
    SPAN,
    TAG,
    How,
    Region,
)
from pytest_cloudlab.material.markdown.source import Line, mark


class Extraction:
    """Takes the HTML out of lines: what is left in `lines` names it by marks."""

    def __init__(self, lines: Sequence[Line], *, markdown_inside: bool) -> None:
        self.regions: list[Region] = []
        self._source = lines
        self._inside = markdown_inside
        self._absent: set[tuple[str, int]] = set()
        self._text = "\n".join(line.text for line in lines)
        self._starts: list[int] = []
        at = 0
        for line in lines:
            self._starts.append(at)
            at += len(line.text) + 1
        self.lines = list(lines)
        if LEAD.search(self._text):
            self.lines = []
            self._read(len(self._text))

    def _read(self, end: int) -> None:
        done = at = 0
        while (lead := LEAD.search(self._text, at, end)) is not None:
            at = lead.end()
            found = self._block(at, end)
            if found is None:
                at += 1
                continue
            region, behind = found
            if region.kind == "markdown" and lead[0]:
                # Behind spaces, the element is not recognised when its content's turn has come.
                region.kind, region.content = "raw", []
            self._copy(done, lead.start(), self.lines)
            # A line of nothing but those spaces does not end the paragraph before it.
            self._put(region, self.lines, apart=not lead[0])
            done = at = self._tail(behind, end)
        self._copy(done, end, self.lines)

    def _tail(self, at: int, end: int) -> int:
        """What stands behind a block on its last line: further blocks, or text that begins a paragraph."""
        while at < end:
            line_end = self._text.find("\n", at, end)
            for tag in TAG.finditer(self._text, at, end if line_end < 0 else line_end):
                found = self._block(tag.start(), end) if tag[1] and tag[1].lower() in BLOCKS else None
                if found is not None:
                    self._copy(at, tag.start(), self.lines)
                    self._put(found[0], self.lines)
                    at = found[1]
                    break
            else:
                return at
        return at

    def _block(self, at: int, end: int) -> tuple[Region, int] | None:
        """The block that starts at `at`, and where it ends; None for what is no block."""
        tag = TAG.match(self._text, at, end)
        if tag is None:
            return None
        if tag["comment"] is not None:
            behind = self._find("-->", tag.end(), end)
            return None if behind < 0 else (self._region("comment", "", at, behind + 3), behind + 3)
        if tag["instruction"] is not None or tag["declaration"] is not None:
            behind = self._find(">", tag.end(), end)
            return None if behind < 0 else (self._region("raw", "", at, behind + 1), behind + 1)
        name = (tag[1] or "").lower()
        if name not in BLOCKS:
            return None
        if self._inside and self._how(tag, "block") == "block":
            return self._markdown(tag, end)
        alone = tag[3] or name == "hr"
        behind = tag.end() if alone else self._end_of_raw(name, tag.end(), end)
        return self._region("raw", name, at, behind), behind

    def _how(self, tag: re.Match[str], parent: How) -> How:
        name, attributes = tag[1].lower(), tag[2]
        found = MARKDOWN.search(attributes) if "markdown" in attributes else None
        said = (found[1] or "1").replace("markdown", "1") if found is not None else "0"
        if parent == "off" or (parent == "span" and said != "0"):
            said = parent
        if name in RAW or name == "hr":
            return "off"
        if said == "1":
            return "span" if name in SPAN else "block"
        return "block" if said == "block" else "span" if said == "span" else "off"

    def _markdown(self, opened: re.Match[str], end: int) -> tuple[Region, int]:
        """An element whose content is read as Markdown, and those in it, up to the tag that closes it."""
        text = self._text
        outermost = self._opened(opened, "markdown")
        stack: list[tuple[str, How, Region, int]] = [(opened[1].lower(), "block", outermost, opened.start())]
        open_tags = Counter([stack[0][0]])
        done = at = opened.end()
        started = at
        while stack and (tag := TAG.search(text, at, end)) is not None:
            at = tag.end()
            name = (tag[1] or tag[4] or "").lower()
            leads = self._leads(tag.start())
            how, region = stack[-1][1], stack[-1][2]
            if tag["comment"] is not None:
                behind = self._find("-->", at, end)
                if behind >= 0:
                    at = behind + 3
                    if leads and how == "block":
                        self._copy(done, tag.start(), region.content)
                        self._put(self._region("comment", "", tag.start(), at), region.content)
                        done = at
            elif name not in BLOCKS:
                continue
            elif tag[4]:
                if not open_tags[name]:
                    continue
                if how == "block":
                    self._copy(done, tag.start(), region.content)
                while stack:
                    last, _, region, start = stack.pop()
                    open_tags[last] -= 1
                    self._close(region, start, at)
                    if last == name:
                        break
                done = at
            elif leads or tag.start() == started:
                if tag[3] or name == "hr":
                    if leads and how == "block":
                        self._copy(done, tag.start(), region.content)
                        self._put(self._region("raw", name, tag.start(), at), region.content)
                        done = at
                    continue
                inner = self._how(tag, how)
                child = region
                if how == "block":
                    self._copy(done, tag.start(), region.content)
                    child = self._opened(tag, "markdown" if inner == "block" else "raw")
                    child.nested = True
                    self._put(child, region.content)
                stack.append((name, inner, child, tag.start()))
                open_tags[name] += 1
                if name in SCRIPTS:
                    at = self._end_of_script(name, at, end)
                done = started = at
        if stack:
            if stack[-1][1] == "block":
                self._copy(done, end, stack[-1][2].content)
            for _, _, region, start in stack:
                self._close(region, start, end)
            at = end
        return outermost, at

    def _leads(self, at: int) -> bool:
        """Whether at most three spaces stand before it on its line."""
        start = self._starts[bisect_right(self._starts, at) - 1]
        return at - start <= 3 and not self._text[start:at].strip(" ")

    def _opened(self, tag: re.Match[str], kind: Literal["raw", "markdown"]) -> Region:
        region = self._region(kind, tag[1].lower(), tag.start(), tag.end())
        anchor = ID.search(tag[2]) if kind == "markdown" else None
        region.anchor = anchor[1] if anchor else ""
        return region

    def _close(self, region: Region, start: int, behind: int) -> None:
        """Several elements may be one region: those in what is raw."""
        region.end = self._source[bisect_right(self._starts, max(start, behind - 1)) - 1].number
        if region.kind == "raw" or not region.nested:
            region.text = self._text[start:behind]

    def _end_of_raw(self, name: str, at: int, end: int) -> int:
        """Where the element ends whose first tag ends at `at`; what is never closed goes on to the end."""
        stack = [name]
        open_tags = Counter(stack)
        if name in SCRIPTS:
            at = self._end_of_script(name, at, end)
        while at < end:
            tag = TAG.search(self._text, at, end)
            if tag is None:
                return end
            at = tag.end()
            if tag["comment"] is not None:
                closed = self._find("-->", at, end)
                at = closed + 3 if closed >= 0 else at
            elif tag[1] and not tag[3] and tag[1].lower() != "hr":
                opened = tag[1].lower()
                stack.append(opened)
                open_tags[opened] += 1
                if opened in SCRIPTS:
                    at = self._end_of_script(opened, at, end)
            elif tag[4] and open_tags[tag[4].lower()]:
                closing = tag[4].lower()
                while stack:
                    last = stack.pop()
                    open_tags[last] -= 1
                    if last == closing:
                        break
                if not stack:
                    return at
        return end

    def _end_of_script(self, name: str, at: int, end: int) -> int:
        found = re.compile(f"</{name}", re.IGNORECASE).search(self._text, at, end)
        return found.start() if found else end

    def _find(self, wanted: str, at: int, end: int) -> int:
        """As `str.find`, which is not asked again for what is not there."""
        if (wanted, end) in self._absent:
            return -1
        found = self._text.find(wanted, at, end)
        if found < 0:
            self._absent.add((wanted, end))
        return found

    def _region(self, kind: Literal["raw", "comment", "markdown"], tag: str, at: int, behind: int) -> Region:
        first = self._source[bisect_right(self._starts, at) - 1].number
        last = self._source[bisect_right(self._starts, max(at, behind - 1)) - 1].number
        return Region(kind, tag, first, last, self._text[at:behind])

    def _put(self, region: Region, into: list[Line], *, apart: bool = True) -> None:
        """A line that stands for it, and a blank one behind it; one before it, too, where it is `apart`."""
        if apart:
            into.append(Line(region.start, "", 0))
        self.regions.append(region)
        into.append(Line(region.start, mark("r", len(self.regions) - 1), 0))
        into.append(Line(region.end, "", 0))

    def _copy(self, at: int, end: int, into: list[Line]) -> None:
        """The lines of `text[at:end]`, the first and last of them maybe in part."""
        if at >= end:
            return
        index = bisect_right(self._starts, at) - 1
        while index < len(self._source) and self._starts[index] < end:
            line, start = self._source[index], self._starts[index]
            first, last = max(at - start, 0), min(end - start, len(line.text))
            if first or last < len(line.text):
                piece = line.text[first:last]
                line = Line(line.number, piece if piece.strip(" ") else "", line.taken + first)
            into.append(line)
            index += 1

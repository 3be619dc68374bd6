"""Lines of code that students are to use: those of blocks, and code within text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_cloudlab.material.languages.language import language_of
from pytest_cloudlab.material.languages.script import script_of
from pytest_cloudlab.material.markdown.paragraph import paragraphs_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place

NEAR = 2
"""Blank lines that may stand between a block and what introduces it."""
MAX_CONTEXT = 500
_COMMENT = re.compile(r"(?:^|\s)#(?![!{])|^\s*//|^\s*--\s")
_FROM = re.compile(r"\s*FROM\s+(?:--platform=\S+\s+)?(\S+)")
_KEY = re.compile(r"[\"']?\b(?:image|baseImage|container)[\"']?\s*:\s*[\"']?([\w./:@${}<>-]+)")
_DOCKER = re.compile(
    r"\b(?:docker|podman|nerdctl)\s+(?:container\s+|image\s+)?(?:run|pull|create)\s|\bCOPY --from="
)
_WORD = re.compile(r"[^\s=\"']+")
_HOME = re.compile(r"(?:docker\.io/|index\.docker\.io/|registry-1\.docker\.io/)?(?:library/)?")


@dataclass(frozen=True)
class CodeLine:
    text: str
    place: Place
    """Of its first character."""
    context: str
    """What introduces the block, or the sentence that the code stands in."""
    lead: str = ""
    """What stands before it in its sentence."""

    def at(self, index: int, length: int) -> Place:
        return Place(self.place.path, self.place.line, self.place.column + index, length)

    def is_comment(self, index: int) -> bool:
        match = _COMMENT.search(self.text)
        return match is not None and match.start() < index


def code_lines(page: Page) -> Iterator[CodeLine]:
    """All but what is only shown: output, listings of files."""
    paragraphs = paragraphs_of(page)
    ends = [each.line + each.text.count("\n") for each in paragraphs]
    for block in page.blocks:
        script = script_of(block)
        if language_of(block) == "text" and not script.prompted:
            continue
        # The fence's own line stands between the two.
        above = bisect_left(ends, block.line) - 1
        near = above >= 0 and ends[above] >= block.line - NEAR - 2
        heading = page.heading_at(block.line)
        introduction = paragraphs[above].text[-MAX_CONTEXT:] if near else ""
        context = f"{heading.text if heading else ''}\n{introduction}"
        previous = ""
        for number, text in enumerate(script.code.split("\n"), 1):
            if text.strip():
                yield CodeLine(text, script.at(number), f"{context}\n{previous}")
            previous = text if _COMMENT.match(text) else ""
    for paragraph in paragraphs:
        for span in paragraph.spans:
            start, sentence = paragraph.sentence_at(span.start)
            lead = paragraph.text[max(start, span.start - MAX_CONTEXT) : span.start]
            whole = lead + sentence[span.start - start :][:MAX_CONTEXT]
            at = span.start
            for text in span.text.split("\n"):
                if text.strip():
                    yield CodeLine(text, paragraph.at(at), whole, lead)
                at += len(text) + 1


def image_references(line: str) -> Iterator[tuple[int, str]]:
    """`(index, name)` of the images that a line names, `docker.io/library/` and digest taken off."""
    if (match := _FROM.match(line)) or (match := _KEY.search(line)):
        yield _reference(match.start(1), match[1])
    elif _DOCKER.search(line):
        for match in _WORD.finditer(line):
            yield _reference(match.start(), match[0])


def _reference(index: int, name: str) -> tuple[int, str]:
    home = _HOME.match(name)
    width = home.end() if home else 0
    return index + width, name[width:].partition("@")[0].rstrip("`,;")

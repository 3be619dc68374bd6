"""Fences that do not open or close a block of code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*([^`\n]*)$")
_OPTION = re.compile(r"(\w+)=([^\s\"'{}]+)")


@rule("unclosed-fence", severity=Severity.ERROR, scope="page")
def unclosed_fence(page: Page, course: Course) -> Iterator[Found]:
    """A block of code has no end, and what follows shows wrong.

    A fence that never closes, one that stands open when the next one opens, and one whose first line the
    renderer does not take for a fence, so that its end opens another. Of several on a page only the first:
    the others may follow from it.
    """
    if page.kind == "deck":
        yield from _in_deck(page)
        return
    found = sorted([*_misread(page), *_open(page), *_nested(page)], key=lambda each: each.place)
    yield from found[:1]


def _open(page: Page) -> Iterator[Found]:
    for block in page.blocks:
        if block.kind == "fence" and not block.closed:
            yield _found(page, _opening(page, block), "This fence never closes: what follows shows as text")


def _nested(page: Page) -> Iterator[Found]:
    for block in page.blocks:
        outer = _FENCE.match(page.lines[block.line - 2]) if block.kind == "fence" and block.closed else None
        if outer is None:
            continue
        for number, line in enumerate(block.code.split("\n"), block.line):
            inner = _FENCE.match(line)
            if inner and inner[2].strip() and inner[1].startswith(outer[1]):
                yield _found(
                    page, block.line - 1, f"This fence is still open when line {number} opens another"
                )
                break


def _misread(page: Page) -> Iterator[Found]:
    for number, line in page.prose:
        match = _FENCE.match(line)
        if match is None:
            continue
        start = match.start(1)
        cause, remedy = "the renderer does not take it for one", "Begin it where its container begins."
        if start and not page.markup.has("pymdownx.superfences"):
            cause = "only `pymdownx.superfences` knows indented ones"
            remedy = "Add the extension, or begin the fence at the start of the line."
        elif match[2].strip():
            cause = f"`{match[2].strip()[:60]}` is not understood"
            option = _OPTION.search(match[2])
            remedy = (
                f'Write `{option[1]}="{option[2]}"`.' if option else "Leave only the language on its line."
            )
        place = page.at(number, start + 1, len(line.rstrip()) - start)
        yield Found(place, f"This fence opens no block: {cause}.", remedy)


def _in_deck(page: Page) -> Iterator[Found]:
    """As CommonMark has it: what is opened and never closed."""
    if page.path.endswith((".html", ".htm")):
        return
    opened: tuple[int, str] | None = None
    for number, line in enumerate(page.lines, 1):
        match = _FENCE.match(line)
        if match and opened is None:
            opened = number, match[1]
        elif match and opened and match[1].startswith(opened[1]) and not match[2].strip():
            opened = None
    if opened:
        yield _found(page, opened[0], "This fence never closes")


def _opening(page: Page, block: Block) -> int:
    """The line of the fence; one at the very end of the page has no line of code below it."""
    last = not block.code and block.line == len(page.lines) and _FENCE.match(page.lines[-1])
    return block.line if last else max(block.line - 1, 1)


def _found(page: Page, line: int, what: str) -> Found:
    text = page.lines[line - 1].rstrip()
    start = len(text) - len(text.lstrip(" \t>"))
    place = page.at(line, start + 1, len(text) - start)
    return Found(
        place, f"{what}.", f"Write `{text[start : start + 3]}` below the code, as far to the right as here."
    )

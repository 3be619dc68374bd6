"""What blocks say beside their commands: which files they give the content of, where they are typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.companions.phrases import ELSEWHERE, MAKES, NOT_THERE, READS
from pytest_cloudlab.material.companions.said import NAME, Said, several
from pytest_cloudlab.material.languages.language import title_of
from pytest_cloudlab.material.languages.script import script_of
from pytest_cloudlab.material.markdown.span import spans_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.shell.typed import is_command

_QUOTED = re.compile(r"[\"']([\w./-]{1,200}\.\w{1,10})[\"']")
_FIRST_LINE = re.compile(r"\s*(?:#|//|--|<!--|/\*)\s*(?:file(?:name)?:?\s*)?([\w./-]{1,200}\.\w{1,10})\b")
_WRITES = re.compile(
    r"sav|writ|dump|[\"'](?:[wax]b?\+?)[\"']|to_[a-z]|mkdir|makedirs|touch|export|download|retrieve|extract|copy"
    r"|move|rename|Handler|generat|creat|output",
    re.IGNORECASE,
)
_MOST_QUOTED = 500
LINES_ABOVE = 4
"""Lines of a paragraph above a block that are looked at."""


@lru_cache(maxsize=256)
def shown_on(page: Page) -> tuple[Said, ...]:
    return tuple(_by_blocks(page))


def _by_blocks(page: Page) -> Iterator[Said]:
    spans: dict[int, list[str]] = {}
    for span in spans_of(page):
        if NAME.match(span.text[:300]) and not is_command(span.text):
            spans.setdefault(span.place.line, []).append(span.text)
    for block in page.blocks:
        script = script_of(block)
        above = lines_above(page, block)
        makes = [title] if (title := title_of(block)) and NAME.match(title) else []
        elsewhere = False
        if script.language == "shell":
            said = [*(page.lines[number - 1] for number in above), *_comments(script.code)]
            elsewhere = any(ELSEWHERE.search(line[:2000]) for line in said) and several(page)
        else:
            if first := first_line_name(block):
                makes.append(first)
            if not _shows_what_is_there(" ".join(page.lines[number - 1][:500] for number in above)):
                makes += [text for number in above for text in spans.get(number, ())]
            makes += written_in(block.code)
        if makes or elsewhere:
            yield Said(block.line, makes=tuple(makes), elsewhere=elsewhere)


def _shows_what_is_there(text: str) -> bool:
    """Whether a paragraph introduces code of a file as something to read, not to type."""
    return READS.search(text) is not None and not MAKES.search(text) and not NOT_THERE.search(text)


def written_in(code: str) -> Iterator[str]:
    """Names of files in a program, on lines that write something and the three that follow."""
    left = number = 0
    for line in code.split("\n"):
        line = line[:1000]
        left = 4 if _WRITES.search(line) else left - 1
        if left > 0 and number < _MOST_QUOTED:
            for match in _QUOTED.finditer(line):
                number += 1
                yield match[1]


def lines_above(page: Page, block: Block) -> tuple[int, ...]:
    """Numbers of the lines of the paragraph that introduces a block, the nearest first."""
    found: list[int] = []
    number = block.line - 2 if block.kind == "fence" else block.line - 1
    while number > 0 and len(found) < LINES_ABOVE and number not in page.scanned.not_prose:
        if page.lines[number - 1].strip():
            found.append(number)
        elif found:
            break
        number -= 1
    return tuple(found)


def first_line_name(block: Block) -> str:
    """The file that a comment in its first line says it is; empty when it says none."""
    found = _FIRST_LINE.match(block.code[:300])
    return found[1] if found else ""


def _comments(code: str) -> Iterator[str]:
    """Those that a block begins with."""
    for line in code.split("\n")[:5]:
        if not line.lstrip().startswith("#"):
            break
        yield line

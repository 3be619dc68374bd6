"""Characters that went through the wrong character set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.writing.mojibake import Mojibake, mended, mojibake_in

LOST = "\ufffd"
MAX_QUOTE = 40
_ABOUT = re.compile(
    r"mojibake|\bencodings?\b|encodage|codierung|zeichens[aä]tz|charset|character set|code ?page"
    r"|garbled|unicode|\b(?:utf-?(?:8|16)|latin-?1|cp-?125\d|windows-125\d|iso-?8859|mac[ _-]?roman|ftfy)",
    re.IGNORECASE,
)
_CODE_ABOUT = re.compile(
    r"mojibake|ftfy|latin-?1|cp-?125\d|windows-125\d|iso-?8859|mac_?roman|unidecode|iconv", re.IGNORECASE
)
_CONVERTS = re.compile(r"\.(?:de|en)code\(|\bbytes\(|\bb[\"']")
NEAR = 2
"""Lines around a conversion that are about it."""
_SPAN = re.compile(r"(`+)[^`]*\1")


@rule("mojibake", severity=Severity.ERROR, scope="page")
def mojibake(page: Page, course: Course) -> Iterator[Found]:
    """Characters show as mojibake.

    UTF-8 that was read as cp1252 or Mac Roman and saved again, in prose and in code, and U+FFFD in prose.
    What is found decodes to something that makes sense. What is about encodings is left alone: paragraphs,
    sections, code.
    """
    if page.text.isascii():
        return
    convinced: set[str] = set()
    lines = {number: runs for number, line in enumerate(page.lines, 1) if (runs := mojibake_in(line))}
    for runs in lines.values():
        convinced.update(run.codec for run in runs if run.convincing)
    exempt = _exempt(page)
    lost: list[int] = []
    for number, line in enumerate(page.lines, 1):
        if line.isascii() or number in exempt:
            continue
        if runs := mojibake_in(line, frozenset(convinced)) if convinced else lines.get(number, []):
            yield _found(page, number, line, runs)
        elif number not in page.scanned.not_prose and LOST in _SPAN.sub("", line):
            lost.append(number)
    if lost:
        more = f" (and on {len(lost) - 1} more lines)" if len(lost) > 1 else ""
        yield Found(
            page.at(lost[0], page.lines[lost[0] - 1].index(LOST) + 1, 1),
            f"A character is lost here{more}: the file is not UTF-8, or was saved when it was none.",
            "Write the character again, and save the file as UTF-8.",
        )


def _found(page: Page, number: int, line: str, runs: list[Mojibake]) -> Found:
    first = runs[0]
    # A run and the next one may be one word: quote them together.
    start = line.rfind(" ", max(first.start - MAX_QUOTE, 0), first.start) + 1
    near = [run for run in runs if run.end - start <= MAX_QUOTE] or [first]
    gap = line.find(" ", near[-1].end)
    gap = len(line) if gap < 0 else gap
    end = gap if gap <= start + MAX_QUOTE else near[-1].end
    inside = [replace(run, start=run.start - start, end=run.end - start) for run in near]
    quote = line[start:end]
    if any(run.fixed for run in near):
        reads = f"it should read `{mended(quote, inside)}`"
    elif first.choices:
        reads = f"it was one of {' '.join(first.choices)} and lost its last byte"
    else:
        reads = "a byte of it is lost"
    more = f" ({len(runs) - len(near)} more on this line)" if len(runs) > len(near) else ""
    return Found(
        page.at(number, first.start + 1, first.end - first.start),
        f"`{quote}` is UTF-8 that was read as {first.name}: {reads}{more}.",
        "Write the characters again, and save the file as UTF-8.",
    )


def _exempt(page: Page) -> frozenset[int]:
    """Numbers of the lines of code, paragraphs and sections that are about encodings."""
    found: set[int] = set()
    for block in page.blocks:
        if _CODE_ABOUT.search(block.code):
            found.update(range(block.line, block.line + block.code.count("\n") + 1))
        for number, code in enumerate(block.code.split("\n"), block.line):
            if _CONVERTS.search(code):
                found.update(range(number - NEAR, number + NEAR + 1))
    starts = [*(heading.line for heading in page.headings), len(page.lines) + 1]
    for heading, following in zip(page.headings, starts[1:], strict=True):
        if _ABOUT.search(heading.text):
            found.update(range(heading.line, following))
    paragraph: list[int] = []
    speaks = False
    for number, line in page.prose:
        if not line.strip() or (paragraph and number != paragraph[-1] + 1):
            if speaks:
                found.update(paragraph)
            paragraph, speaks = [], False
        if line.strip():
            paragraph.append(number)
            speaks = speaks or _ABOUT.search(line) is not None
    return frozenset(found.union(paragraph) if speaks else found)

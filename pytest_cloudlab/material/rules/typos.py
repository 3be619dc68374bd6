"""Misspelt words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.markdown.paragraph import Paragraph, paragraphs_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.writing.misspellings import misspellings
from pytest_cloudlab.material.writing.tongue import is_english

MIN_WORDS = 8
"""A paragraph of fewer says too little about its language: the page decides."""
_WORD = re.compile(r"(?<![\w./@\\#~$-])[A-Za-z][a-z]{1,29}(?![\w/@]|[.-]\w)")
_TWICE = re.compile(r"(?<![\w./-])(the|of|your|an)\s{1,200}\1(?![\w./-])")
_ABOUT = re.compile(r"\btypos?\b|misspel|mistyp|spelling|autocorrect", re.IGNORECASE)
_BEGINS = re.compile(r"(?:^|\w{3}[.!?]|[:|>*#\]\n-])[\s*_\"'“‘(]*$")


@rule("typos", severity=Severity.WARNING, scope="page")
def typos(page: Page, course: Course) -> Iterator[Found]:
    """A word is misspelt.

    Only misspellings that are no word, from a list, in English prose, and `the the`. Code, addresses, names
    in capitals and text about spelling are left alone; `words` in the course's settings are right.
    """
    if not is_english(page.text, at_least=5):
        return
    known = misspellings()
    right = {word.lower() for word in course.settings.words}
    for paragraph in paragraphs_of(page):
        found = [
            match
            for match in _WORD.finditer(paragraph.words)
            if match[0].lower() in known and match[0].lower() not in right and _is_prose(match, paragraph)
        ]
        twice = [match for match in _TWICE.finditer(paragraph.words) if match[0] in paragraph.text]
        if not (found or twice) or _ABOUT.search(paragraph.text):
            continue
        if len(paragraph.words.split()) >= MIN_WORDS and not is_english(paragraph.words, at_least=1):
            continue
        for match in found:
            meant = known[match[0].lower()]
            if match[0][0].isupper():
                meant = meant[0].upper() + meant[1:]
            yield Found(
                paragraph.at(match.start(), len(match[0])),
                f"“{match[0]}” is misspelt: it should read “{meant}”.",
                "Mend it, or add it to `words` in the course's settings.",
            )
        for match in twice:
            yield Found(
                paragraph.at(match.start(), len(match[1])),
                f"“{match[1]}” stands here twice.",
                "Delete one of them.",
            )


def _is_prose(match: re.Match[str], paragraph: Paragraph) -> bool:
    """Not quoted by itself, and no name: those have capitals within a sentence."""
    start, end = match.span()
    text = paragraph.text
    if text[start - 1 : start] in ('"', "'", "“", "‘", "«") and text[end : end + 1] in (
        '"',
        "'",
        "”",
        "’",
        "»",
    ):
        return False
    return match[0].islower() or _BEGINS.search(text[max(start - 20, 0) : start]) is not None

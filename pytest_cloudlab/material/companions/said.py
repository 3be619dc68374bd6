"""What the text around the commands says: what is made, where students are, which files are spoken of."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pytest_cloudlab.material.companions.phrases import (
    ELSEWHERE,
    INSIDE,
    INSIDE_AFTER,
    INSIDE_BEFORE,
    IS_THERE,
    LEADS,
    MAKES,
    NOT_THERE,
    RETURNS,
    SENTENCE,
    SEVERAL,
    TELLS,
)
from pytest_cloudlab.material.markdown.span import Span, spans_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.typed import is_command

NAME = re.compile(r"(?:~?/|\./)?[\w.-]+(?:/[\w.@-]+)*/?\Z")
"""Code within a sentence that may be a file or folder."""
_WINDOW = 200
"""Characters of a sentence on each side."""


@dataclass(frozen=True)
class Mention:
    """A path that a sentence speaks of."""

    text: str
    place: Place
    judged: bool
    """Whether the sentence may mean what is there, not what will be, was or could be."""
    claimed: bool
    """Whether it says so."""


@dataclass(frozen=True)
class Said:
    """Of one line of prose, or of one block."""

    line: int
    heading: bool = False
    makes: tuple[str, ...] = ()
    """Files and folders that students make, or are given the content of."""
    leads: bool = False
    """Into another folder or terminal, perhaps."""
    elsewhere: bool = False
    """What follows is typed on another machine, perhaps."""
    returns: bool = False
    """From another machine."""
    inside: str = ""
    """The folder that students are in."""
    mentions: tuple[Mention, ...] = ()


@lru_cache(maxsize=256)
def said_on(page: Page) -> tuple[Said, ...]:
    """By its sentences; `shown_on` tells what its blocks say."""
    return tuple(_by_lines(page))


def _by_lines(page: Page) -> Iterator[Said]:
    headings = {heading.line for heading in page.headings}
    spans: dict[int, list[Span]] = {}
    for span in spans_of(page):
        spans.setdefault(span.place.line, []).append(span)
    above, last = "", 0
    for number, line in page.prose:
        line = line[:2000]
        before = above if number == last + 1 else ""
        makes: list[str] = []
        mentions: list[Mention] = []
        inside = ""
        for span in spans.get(number, ()):
            if is_command(span.text) or not NAME.match(span.text[:300]):
                continue
            sentence = _sentence(before, span)
            is_made = MAKES.search(sentence) is not None
            if is_made:
                makes.append(span.text)
            if _is_inside(span):
                inside = span.text.strip("/")
            judged = _is_path(span.text) and not is_made and not NOT_THERE.search(sentence)
            claimed = judged and IS_THERE.search(sentence) is not None
            mentions.append(Mention(span.text, span.place, judged, claimed))
        heading = number in headings
        elsewhere = heading and ELSEWHERE.search(line) is not None and several(page)
        leads, returns = LEADS.search(line) is not None, RETURNS.search(line) is not None
        if heading or makes or mentions or leads or returns:
            yield Said(number, heading, tuple(makes), leads, elsewhere, returns, inside, tuple(mentions))
        above, last = line if line.strip() else "", number


def _is_path(text: str) -> bool:
    """With a folder, and an end that says what it is; bare names may be anything."""
    if "/" not in text.strip("/"):
        return text.endswith("/") and not text.startswith(("/", ".", "~"))
    return text.endswith("/") or "." in posixpath.basename(text)[1:]


def _is_inside(span: Span) -> bool:
    """`… in the folder `app`, …`, `… from the `app` folder …`."""
    if INSIDE.search(span.before[-80:]):
        return True
    return (
        INSIDE_BEFORE.search(span.before[-40:]) is not None
        and INSIDE_AFTER.match(span.after[:40]) is not None
    )


def _sentence(above: str, span: Span) -> str:
    """The one that the code stands in, with what of it is on the line above."""
    *earlier, start = SENTENCE.split(span.before[-_WINDOW:])
    end = SENTENCE.split(span.after[:_WINDOW], maxsplit=1)[0]
    if not earlier and above:
        start = f"{SENTENCE.split(above[-_WINDOW:])[-1]} {start}"
    return f"{start} {end}"


def says_to_type(span: Span) -> bool:
    """Whether the sentence tells students to type the command, and gives it as no example."""
    return TELLS.search(span.before[-60:]) is not None and not NOT_THERE.search(_sentence("", span))


@lru_cache(maxsize=256)
def several(page: Page) -> bool:
    """Whether more than one machine plays a part."""
    return SEVERAL.search(page.text) is not None

"""Blocks that claim to show a file of a companion repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.companions.companion import Companion
from pytest_cloudlab.material.companions.shelf import shelf_of
from pytest_cloudlab.material.companions.shown import first_line_name, lines_above
from pytest_cloudlab.material.companions.subject import companions_of
from pytest_cloudlab.material.companions.walk import walk
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.languages.language import SHELLS, language_of, title_of
from pytest_cloudlab.material.markdown.span import Span, spans_of
from pytest_cloudlab.material.page import Page

_CREATES = re.compile(
    r"\b(?:creat|writ|new (?:file|script|module)|touch|scaffold|start(?:ing)? (?:from|with)|cr[ée]e)",
    re.IGNORECASE,
)
_EDITS = re.compile(
    r"\b(?:creat|writ|add|edit|modif|chang|replac|updat|fill|complet|past(?:e|ing)|cop(?:y|ied)|sav(?:e|ing)"
    r"|new\b|should|implement|mak(?:e|ing)\b|typ(?:e|ing)\b|put\b|extend|insert|adapt|version|simpl|similar"
    r"|instead|want|let's|let us|we (?:can|could|will|now)|your\b|exercise|solution|todo|would|could|old\b"
    r"|before|after|step|if\b|refactor|result|becom|turn|rewrit|alternativ|example|e\.g|try|now\b|remov|delet"
    r"|comment|uncomment|set\b|need|must|correct|fix|bug|wrong|broken|first attempt|naive"
    r"|start(?:ing)? (?:from|with|by)|something like|append|includ)",
    re.IGNORECASE,
)
_SHOWS = re.compile(
    r"\b(?:open|look(?:ing)? (?:at|into|inside)|have a look|inspect|read|see|view|examine|shows?|shown"
    r"|display|contents? of|source(?: code)? of|code (?:of|in|from)|here is|here's|this is|heart of|part of"
    r"|excerpt|extract|from|in|inside)\b[^.]{0,60}$",
    re.IGNORECASE,
)
_ALONE = re.compile(r"[\W_]*\Z")
_SHARED = 0.3
MOST_OF_ONE_FILE = 30


@dataclass(frozen=True)
class Claim:
    block: Block
    companion: Companion
    path: str


def claims_on(page: Page, course: Course) -> Iterator[Claim]:
    """Blocks whose title or first line is the name of a file of a companion, or that a sentence introduces.

    Those that students are to write or to change are none; nor are several states of one file.
    """
    by_path: dict[tuple[Companion, str], list[Claim]] = {}
    for block in page.blocks:
        if claim := _claim(page, course, block):
            by_path.setdefault((claim.companion, claim.path), []).append(claim)
    for claims in by_path.values():
        if len(claims) <= MOST_OF_ONE_FILE:
            yield from (each for each in claims if not any(_overlap(each, other) for other in claims))


def _claim(page: Page, course: Course, block: Block) -> Claim | None:
    if block.language in ("diff", "patch"):
        return None
    above = lines_above(page, block)
    text = " ".join(page.lines[number - 1] for number in above)
    if _EDITS.search(text[:2000]):
        return None
    name = title_of(block) or first_line_name(block) or _introduced(page, block, above)
    if not name:
        return None
    name = name.removeprefix("./").rstrip(":")
    shell = language_of(block) in SHELLS
    if shell and not name.endswith((".sh", ".bash", ".env")):
        return None
    found = {(each, path) for each in _candidates(page, course) for path in _paths(each, name)}
    if len(found) != 1:
        return None
    companion, path = found.pop()
    base = posixpath.basename(path)
    if base in walk(page, course).written or _created(page).get(base, block.line) < block.line:
        return None
    return Claim(block, companion, path)


def _candidates(page: Page, course: Course) -> tuple[Companion, ...]:
    about, _ = companions_of(page, course)
    return about or (course.companions if len(course.companions) == 1 else ())


def _paths(companion: Companion, name: str) -> tuple[str, ...]:
    if name in companion.files:
        return (name,)
    return tuple(each for each in shelf_of(companion).ending_in(name) if each in companion.files)


def _introduced(page: Page, block: Block, above: tuple[int, ...]) -> str:
    """The file that the last line before the block speaks of, if the block is what it holds."""
    if not above:
        return ""
    spans = _spans_by_line(page).get(above[0], ())
    if not spans or not _ends_with(spans[-1]):
        return ""
    last = spans[-1]
    if "." not in last.text or " " in last.text:
        return ""
    if _ALONE.match(last.before) or _SHOWS.search(last.before[-120:]):
        return last.text
    return ""


def _ends_with(span: Span) -> bool:
    """Whether the line ends with it, or says little more: `` `train.py`: ``, `` `train.py` holds: ``."""
    return len(span.after.strip()) <= 40 and not re.search(r"[.!?]\s", span.after.strip())


@lru_cache(maxsize=64)
def _spans_by_line(page: Page) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for span in spans_of(page):
        found.setdefault(span.place.line, []).append(span)
    return found


@lru_cache(maxsize=64)
def _created(page: Page) -> dict[str, int]:
    """Files that a sentence tells students to make, and the first line that does."""
    found: dict[str, int] = {}
    for span in spans_of(page):
        if _CREATES.search(span.before[-120:]):
            found.setdefault(posixpath.basename(span.text.rstrip("/")), span.place.line)
    return found


def _overlap(one: Claim, other: Claim) -> bool:
    """Whether they share so many lines that one is a later state of the other."""
    if one is other:
        return False
    ours, theirs = _significant(one.block), _significant(other.block)
    shared = len(ours & theirs)
    return shared > 2 and shared > _SHARED * min(len(ours), len(theirs))


@lru_cache(maxsize=256)
def _significant(block: Block) -> frozenset[str]:
    return frozenset(line.strip() for line in block.code.split("\n") if len(line.strip()) > 5)

"""What pages name that no longer works, or soon will not."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.facts.facts import Fact, facts_of
from pytest_cloudlab.material.facts.retrospect import looks_back
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.markdown.code_line import CodeLine, code_lines, image_references
from pytest_cloudlab.material.markdown.paragraph import Paragraph, paragraphs_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.rule import rule

NOTICE = datetime.timedelta(days=90)
"""How long before its day a fact is warned of."""
MAX_LINE = 2000
MAX_QUOTE = 60
_SAYS = {
    "gone": ("has not worked since", "will stop working on"),
    "unsupported": ("has had no support since", "will lose its support on"),
    "deprecated": ("has been deprecated since", "will be deprecated on"),
}


@rule("dated-facts", severity=Severity.ERROR, scope="page")
def dated_facts(page: Page, course: Course) -> Iterator[Found]:
    """A page relies on what no longer works, or is no longer supported.

    Retired services, commands, images, versions, packages and addresses, from the facts that ship with the
    gate and those of the course's settings, as of the course's day; a warning from 90 days before. Left
    alone: what tells of the past (`was replaced by`, `is deprecated`), comments in code, what a page pins a
    version for. On a change under review, what stands on lines that it does not touch is a warning.
    """
    facts = [
        fact
        for fact in facts_of(course)
        if fact.since - NOTICE <= course.today
        and fact.may_concern(page.text)
        and not (fact.exception and fact.exception.search(page.text))
    ]
    if not facts:
        return
    said: set[tuple[int, str]] = set()
    for match, place, fact in sorted(_matches(page, facts), key=lambda each: each[1]):
        key = (place.line, fact.name or fact.pattern)
        if key not in said:
            said.add(key)
            yield _found(match, place, fact, course)


def _matches(page: Page, facts: list[Fact]) -> Iterator[tuple[str, Place, Fact]]:
    for line in code_lines(page):
        yield from _in_code(line, facts)
    for paragraph in paragraphs_of(page):
        yield from _in_prose(paragraph, facts)


def _in_code(line: CodeLine, facts: list[Fact]) -> Iterator[tuple[str, Place, Fact]]:
    text = line.text[:MAX_LINE]
    references = list(image_references(text))
    for fact in facts:
        found: tuple[int, str] | None = None
        if fact.places & {"code", "url"} and (match := fact.regex.search(text)):
            found = (match.start(), match.group())
        if found is None and "image" in fact.places:
            found = next(((at, name) for at, name in references if fact.regex.fullmatch(name)), None)
        if found and not line.is_comment(found[0]) and not looks_back(line.context, line.lead):
            quote = found[1].strip()
            start = found[0] + found[1].index(quote)
            yield quote, line.at(start, len(quote)), fact


def _in_prose(paragraph: Paragraph, facts: list[Fact]) -> Iterator[tuple[str, Place, Fact]]:
    wanted = [fact for fact in facts if fact.places & {"prose", "url"} and fact.may_concern(paragraph.text)]
    if not wanted:
        return
    heading = paragraph.page.heading_at(paragraph.line)
    for start, sentence in paragraph.sentences:
        offset = start
        for line in sentence.split("\n"):
            for fact in wanted:
                match = fact.regex.search(line[:MAX_LINE])
                if match is None:
                    continue
                lead = paragraph.plain[start : offset + match.start()]
                if not looks_back(f"{heading.text if heading else ''}\n{sentence}", lead):
                    quote = match.group().strip()
                    at = offset + match.start() + match.group().index(quote)
                    yield quote, paragraph.at(at, len(quote)), fact
            offset += len(line) + 1


def _found(quote: str, place: Place, fact: Fact, course: Course) -> Found:
    expired = fact.since <= course.today
    says = _SAYS[fact.ends][0 if expired else 1]
    if len(quote) > MAX_QUOTE:
        quote = quote[: MAX_QUOTE - 1] + "…"
    subject = f"{fact.name[0].upper()}{fact.name[1:]} (`{quote}`)" if fact.name else f"`{quote}`"
    return Found(
        place,
        f"{subject} {says} {fact.since}.",
        f"Use {fact.replace_by}; see {fact.source}",
        _severity(place, fact, course, expired),
    )


def _severity(place: Place, fact: Fact, course: Course, expired: bool) -> Severity:
    if not expired or fact.ends == "deprecated":
        return Severity.WARNING
    if course.scheduled or course.touched is None:
        return Severity.ERROR
    touched = course.touched.get(place.path, frozenset())
    return Severity.ERROR if place.line in touched else Severity.WARNING

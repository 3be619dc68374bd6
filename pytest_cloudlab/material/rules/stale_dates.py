"""Dates that say how old a page is."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.facts.retrospect import looks_back
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.markdown.paragraph import paragraphs_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule

FRESH = datetime.timedelta(days=2 * 365)
_NAMES = """
    jan; feb fév; mar mär; apr avr; may mai; jun; jul jui; aug aoû; sep; oct okt; nov; dec déc dez
"""
_MONTHS = {name: number for number, names in enumerate(_NAMES.split(";"), 1) for name in names.split()}
"""By the first three letters; `juin` may as well be July."""
_SAYS = re.compile(
    r"""(?:
        \b(?:last|latest)[ -](?:update[ds]?|modifi(?:ed|cation)|revis(?:ed|ion)|review(?:ed)?|tested|checked
            |verified|edit(?:ed)?)(?:\ (?:on|in|at))?
        | ^[\s*_(]{0,6}(?:updated|revised|tested)(?:\ (?:on|in))?
        | \b(?:up\ to\ date\ )?as\ of | \bat\ the\ time\ of\ writing,? | \bcurrent\ as\ of
        | \b(?:dernière\ )?mise\ à\ jour(?:\ le)? | \bà\ jour\ (?:au|en)
        | \bzuletzt\ (?:aktualisiert|geändert)(?:\ am)? | \bstand(?=\s*:)
    )[\s:(*_]{0,6}""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_DATE = re.compile(
    r"[*_(]{0,3}(?:(?P<y1>(?:19|20)\d\d)[-/](?P<m1>\d{1,2})(?:[-/]\d{1,2})?"
    r"|(?:(?:\d{1,2})(?:st|nd|rd|th|er|\.)?\s+(?:of\s+)?)?(?P<month>[A-Za-zéûä]{3,9})[.,]?\s+"
    r"(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?(?P<y2>(?:19|20)\d\d)"
    r"|\d{1,2}[/.](?P<m3>\d{1,2})[/.](?P<y3>(?:19|20)\d\d)|(?P<y4>(?:19|20)\d\d))(?![\w-]|[.:]\w)",
)


@rule("stale-dates", severity=Severity.WARNING, scope="page")
def stale_dates(page: Page, course: Course) -> Iterator[Found]:
    """A page says that it is as of a date more than two years ago.

    `Last updated: March 2021`, `as of 2020`; not what tells of an event (`as of 2020, Python 2 is no longer
    supported`), code and quotations.
    """
    for paragraph in paragraphs_of(page):
        if paragraph.text.lstrip().startswith(">"):
            continue
        for match in _SAYS.finditer(paragraph.words):
            date = _DATE.match(paragraph.words, match.end())
            latest = _latest(date) if date else None
            if date is None or latest is None or latest + FRESH >= course.today:
                continue
            _, sentence = paragraph.sentence_at(match.start())
            if not looks_back(sentence):
                quote = " ".join(paragraph.words[match.start() : date.end()].split())
                yield Found(
                    paragraph.at(match.start(), date.end() - match.start()),
                    f"The page says “{quote}”, which is more than two years before {course.today}.",
                    "See whether it still holds, and say so with the day of today; or leave the date out.",
                )


def _latest(date: re.Match[str]) -> datetime.date | None:
    """The last day that it may mean; None for what is no date."""
    year = int(date["y1"] or date["y2"] or date["y3"] or date["y4"])
    month = 12
    if date["month"]:
        month = _MONTHS.get(date["month"].lower()[:3], 0)
    elif number := date["m1"] or date["m3"]:
        month = int(number)
    if not 1 <= month <= 12:
        return None
    return datetime.date(year, month, 28)

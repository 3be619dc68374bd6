"""A table for people and their spreadsheets: a row for everybody, and no points for who is not gradable yet.

It begins with a byte order mark: without one Excel takes UTF-8 for the alphabet of the machine's country.
LibreOffice, Numbers and pandas read it too; Python does as `utf-8-sig`.
"""

from __future__ import annotations

from pathlib import Path

from pytest_cloudlab.evidence import write_atomically
from pytest_cloudlab.reports import SELF_REPORTED, WORDS
from pytest_cloudlab.reports.gradebook.book import Book, Written
from pytest_cloudlab.reports.gradebook.cells import Cell, as_csv
from pytest_cloudlab.reports.gradebook.grade import Grade
from pytest_cloudlab.standing import State

COUNTED: tuple[State, ...] = ("passed", "failed", "blocked", "inconclusive", "not asked", "not due")
HEADER = (
    "team", "member", "name", "email", "points", "out of", "state",
    *(WORDS[state] for state in COUNTED), SELF_REPORTED, "feedback", "latest",
)  # fmt: skip


def write(book: Book, path: Path) -> Written:
    """Write the table to `path`. Raises `UsageError` when that cannot be written."""
    write_atomically(path, as_csv([HEADER, *(_row(one) for one in book.grades)], bom=True))
    return Written(len(book.gradable))


def _row(grade: Grade) -> list[Cell]:
    card, member = grade.card, grade.member
    score = grade.score
    return [
        card.team.id,
        member.id,
        member.name,
        member.email,
        "" if score is None else score,
        grade.out_of,
        "not gradable yet" if score is None else "graded",
        *(card.achieved, card.to_fix, card.waiting, card.unjudged, card.not_asked, card.not_due),
        grade.self_reported,
        grade.feedback,
        f"{card.latest:%Y-%m-%d %H:%M:%S} UTC" if card.latest else "",
    ]

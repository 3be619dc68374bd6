"""Gradescope's `results.json`, a file for each member.

Gradescope knows no "could not be judged", so whoever has such a check gets no file: Gradescope reports a
missing one as a failure of the grader, and not as a zero.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from pytest_cloudlab.model import Standing
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports.gradebook.book import Book, Written
from pytest_cloudlab.reports.gradebook.folder import write_each
from pytest_cloudlab.reports.gradebook.grade import Grade

FILE = "results.json"


class Outcome(msgspec.Struct, frozen=True):
    name: str
    number: str
    output: str
    tags: list[str]
    extra_data: dict[str, str]
    score: float | UnsetType = UNSET
    max_score: float | UnsetType = UNSET
    status: Literal["passed", "failed"] | UnsetType = UNSET
    name_format: Literal["text"] = "text"
    output_format: Literal["text"] = "text"
    visibility: Literal["visible"] = "visible"


class Results(msgspec.Struct, frozen=True):
    score: float
    execution_time: float
    output: str
    tests: list[Outcome]
    extra_data: dict[str, str]
    # As plain text, what students wrote is shown and neither rendered nor run.
    output_format: Literal["text"] = "text"
    test_output_format: Literal["text"] = "text"
    test_name_format: Literal["text"] = "text"
    visibility: Literal["visible"] = "visible"
    stdout_visibility: Literal["hidden"] = "hidden"


def write(book: Book, folder: Path) -> Written:
    """Write `MEMBER/results.json` into `folder`. Raises `UsageError` when that cannot be done."""
    return write_each(book, folder, FILE, _results)


def _results(grade: Grade, score: float) -> Results:
    card = grade.card
    return Results(
        score=score,
        execution_time=round(card.duration_s, 3),
        output=f"Next: {grade.feedback}",
        tests=[_outcome(grade, one) for one in card.standings],
        extra_data={"lab": card.lab.id, "team": card.team.id, "member": card.member.id},
    )


def _outcome(grade: Grade, standing: Standing) -> Outcome:
    check, state = standing.check, grade.card.state(standing)
    # What is not due has no points to show: red until the end, it would teach people to look away.
    counts = state != "not due"
    return Outcome(
        name=plain(check.title, 300),
        number=check.step,
        output=grade.said(standing),
        tags=[],
        extra_data={"check": check.name, "verdict": state},
        score=grade.scaled(standing.points) if counts else UNSET,
        max_score=grade.scaled(check.points) if counts else UNSET,
        status=("passed" if state == "passed" else "failed") if counts else UNSET,
    )

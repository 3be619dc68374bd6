"""Classroom 50's `result.json`, a file for each member.

Its scores are whole numbers. An error of the grader would be written down as 0 of 0, so whoever has a check
that could not be judged gets no file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Check, Standing
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports import number
from pytest_cloudlab.reports.gradebook.book import Book, Written
from pytest_cloudlab.reports.gradebook.folder import write_each
from pytest_cloudlab.reports.gradebook.grade import Grade
from pytest_cloudlab.standing import State

FILE = "result.json"
SCHEMA = "classroom50/result/v1"
TAG = "submit/"
"""What the name of every submission begins with."""


class Outcome(msgspec.Struct, frozen=True, rename={"test_name": "test-name", "max_score": "max-score"}):
    test_name: str
    passed: bool
    score: int
    max_score: int
    # Of our own; Classroom 50 keeps them.
    check: str
    step: str
    verdict: State
    message: str


class Result(msgspec.Struct, frozen=True, rename={"max_score": "max-score"}):
    classroom: str
    assignment: str
    owner: str
    submission: str
    commit: str
    release: str
    review: str
    datetime: str
    score: int
    max_score: int
    tests: list[Outcome]
    graded_at: str | UnsetType = UNSET
    assignment_type: Literal["individual"] = "individual"
    schema: str = SCHEMA


def write(book: Book, folder: Path, around: Mapping[str, str]) -> Written:
    """Write `MEMBER/result.json` into `folder`.

    `around` is the environment that Classroom 50's runner makes: CLASSROOM, ASSIGNMENT, and for a single
    member OWNER, SUBMISSION_TAG, COMMIT_URL, RELEASE_URL and REVIEW_URL. Raises `UsageError` without a
    classroom, and for points that are no whole numbers.
    """
    classroom = around.get("CLASSROOM", "")
    if not classroom:
        raise UsageError(
            "Classroom 50 takes only results that name their classroom",
            remedy="Name it: --classroom cs-principles.",
        )
    worth = whole_points([one.check for one in book.grades[0].card.standings], book.points)
    # What the runner says of one submission is true of no other.
    submission = around if len(book.grades) == 1 else {}

    def result(grade: Grade, _: float) -> Result:
        card = grade.card
        achieved = [one.observation.at for one in card.standings if one.observation and one.points]
        at = max(achieved, default=card.latest)
        tag = submission.get("SUBMISSION_TAG") or f"{TAG}cloudlab-{at:%Y-%m-%dT%H-%M-%SZ}"
        commit = submission.get("COMMIT_URL") or tag
        tests = [_outcome(grade, one, worth[one.check.name]) for one in card.standings]
        return Result(
            classroom=classroom,
            assignment=book.assignment or around.get("ASSIGNMENT") or card.lab.id,
            owner=submission.get("OWNER") or submission.get("USERNAME") or card.member.id,
            submission=tag,
            commit=commit,
            release=submission.get("RELEASE_URL") or tag,
            review=submission.get("REVIEW_URL") or commit,
            # Lateness is told from this: it does not move when the same is judged again.
            datetime=f"{at:%Y-%m-%dT%H:%M:%SZ}",
            graded_at=f"{card.latest:%Y-%m-%dT%H:%M:%SZ}" if card.latest else UNSET,
            score=sum(one.score for one in tests),
            max_score=sum(one.max_score for one in tests),
            tests=tests,
        )

    return write_each(book, folder, FILE, result)


def _outcome(grade: Grade, standing: Standing, worth: int) -> Outcome:
    check, state = standing.check, grade.card.state(standing)
    passed = state == "passed"
    return Outcome(
        test_name=plain(check.title, 300) or check.name,
        passed=passed,
        score=worth if passed else 0,
        max_score=worth,
        check=check.name,
        step=check.step,
        verdict=state,
        message=grade.said(standing),
    )


def whole_points(checks: Sequence[Check], total: float | None = None) -> dict[str, int]:
    """Check name -> its points, all multiplied by the same number so that they are whole.

    Nothing is rounded: two people who achieved as much would get different scores. Raises `UsageError`
    when they cannot add up to `total`.

    >>> whole_points([Check("a", "", "", "1", 2), Check("b", "", "", "1", 1.5)])
    {'a': 4, 'b': 3}
    """
    exact = {check.name: Fraction(str(check.points)) for check in checks}
    once = lcm(*(points.denominator for points in exact.values()))
    whole = sum(exact.values(), Fraction())
    factor = Fraction(once) if total is None else Fraction(str(total)) / whole
    scaled = {name: points * factor for name, points in exact.items()}
    if any(points.denominator != 1 for points in scaled.values()):
        least = whole * once / gcd(*(int(points * once) for points in exact.values()))
        raise UsageError(
            f"Classroom 50 takes whole points, and {number(total or 0)} cannot be shared among these checks",
            remedy=f"Use --points {least}, or a multiple of it.",
        )
    return {name: int(points) for name, points in scaled.items()}

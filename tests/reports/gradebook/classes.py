"""Made-up classes for the gradebook's writers: everybody is in one of the states that matter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pytest_cloudlab.model import Member, Observation, Team, Verdict
from pytest_cloudlab.reports.gradebook.book import Book
from pytest_cloudlab.reports.gradebook.export import read_export
from pytest_cloudlab.standing import Card, card_of
from tests.reports import sample
from tests.reports.sample import BLOCKED, CHECKS, FAILED, INCONCLUSIVE, LAB, PASSED

NAMES = {
    "alice": "Alice Martin",
    "bob": "Zoë O'Neil",
    "carol": "عمر الخيام",
    "dave": "Dave Lost",
    "erin": "Erin Absent",
}


def judged(member: Member, team: Team, verdicts: dict[str, Verdict], *, final: bool = True) -> Card:
    """A card on which everything is passed but these; `None` in the place of a verdict is never asked."""
    ones = [
        sample.seen(check.name, verdicts.get(check.name, PASSED), message="" if check.name not in verdicts
                    else "The image carries another name.")
        for check in CHECKS
        if verdicts.get(check.name, PASSED) is not None
    ]  # fmt: skip
    return card_of(LAB, team, member, CHECKS, ones, final=final)


def member(id_: str, **more: Any) -> Member:
    return Member(id_, **{"name": NAMES.get(id_, id_.title()), "email": f"{id_}@example.org", **more})


def a_class(*more: Member) -> list[Card]:
    """Alice has all 16 points, Bob 14 less what waits for it, Carol none; Dave could not be judged, and
    nobody has ever looked at Erin's work."""
    everyone = (*(member(one) for one in NAMES), *more)
    team = Team("rocket", everyone)
    alice, bob, carol, dave, erin = everyone[:5]
    lost = {"test_image_name": FAILED, "test_pushed": BLOCKED}
    unseen: Iterable[Observation] = ()
    return [
        judged(alice, team, {}),
        judged(bob, team, lost),
        judged(carol, team, {check.name: FAILED for check in CHECKS}),
        judged(dave, team, {"test_ssh": INCONCLUSIVE}),
        card_of(LAB, team, erin, CHECKS, unseen, final=True),
        *(judged(one, team, {}) for one in everyone[5:]),
    ]


def book(cards: Sequence[Card] | None = None, *, into: Path | None = None, **options: Any) -> Book:
    return Book.of(cards or a_class(), export=read_export(into) if into else None, **options)


def table(path: Path) -> list[dict[str, str]]:
    """The rows by their header."""
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def exported(path: Path, *lines: str) -> Path:
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    return path

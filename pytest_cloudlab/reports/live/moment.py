"""A class at one moment, as the data that the page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_cloudlab.model import Lab, Member, Standing, Team
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports import MARKS, WORDS, number, shown
from pytest_cloudlab.standing import State, state_of

LETTERS: dict[State, str] = {
    "passed": "p",
    "failed": "f",
    "blocked": "b",
    "inconclusive": "i",
    "not asked": "n",
    "not due": "d",
}
LONGEST_NAME = 80


@dataclass(frozen=True)
class Place:
    """One member's."""

    team: Team
    member: Member
    standings: Mapping[str, Standing]
    """Check name -> where it stands, in the lab's order."""
    at_work: bool = False
    """Whether the member is being judged right now."""


@dataclass(frozen=True)
class Moment:
    lab: Lab
    title: str
    places: Sequence[Place]
    words: str
    """What is going on, or when the next round begins."""
    final: bool = False
    over: bool = False
    """Nothing will change any more."""

    def data(self, *, points: bool) -> dict[str, Any]:
        """Names, marks and counts; the points only where they are asked for."""
        checks = [one.check for one in self.places[0].standings.values()] if self.places else []
        numbers = list(dict.fromkeys(check.step for check in checks))
        return {
            "title": plain(self.title, 200),
            "words": plain(self.words, 200),
            "over": self.over,
            "marks": {LETTERS[state]: mark for state, mark in MARKS.items()},
            "names": {LETTERS[state]: word for state, word in WORDS.items()},
            "steps": [[plain(one, 20), self._title(one)] for one in numbers],
            "checks": [[numbers.index(check.step), plain(str(shown(check.title)), 200)] for check in checks],
            "members": [self._member(place, points=points) for place in self.places],
        }

    def _title(self, step: str) -> str:
        try:
            return plain(self.lab.step(step).title, 120)
        except KeyError:
            return ""

    def _member(self, place: Place, *, points: bool) -> dict[str, Any]:
        standings = place.standings.values()
        found = {
            "id": place.member.id,
            "team": place.team.id,
            "name": plain(place.member.name or place.member.id, LONGEST_NAME),
            "marks": "".join(LETTERS[state_of(one, final=self.final)] for one in standings),
            "at_work": place.at_work,
        }
        if points:
            possible = sum(one.check.points for one in standings)
            found["points"] = f"{number(sum(one.points for one in standings))} / {number(possible)}"
        return found

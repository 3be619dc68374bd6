"""What a member's card is worth in a gradebook, and whether that can be told yet."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_cloudlab.model import Member, Standing, Team
from pytest_cloudlab.redaction import redact
from pytest_cloudlab.reports import (
    SELF_REPORTED,
    WORDS,
    link,
    next_words,
    not_seen_here,
    sentence,
    shown,
    waits_for,
    why_unasked,
)
from pytest_cloudlab.standing import Card, State

UNKNOWN: tuple[State, ...] = ("inconclusive", "not asked")
"""Nobody knows yet. What waits for something that failed, or is not due, is known."""


@dataclass(frozen=True)
class Grade:
    card: Card
    out_of: float
    """What all checks together are worth in the gradebook."""

    @property
    def team(self) -> Team:
        return self.card.team

    @property
    def member(self) -> Member:
        return self.card.member

    @property
    def unknown(self) -> tuple[Standing, ...]:
        """What has to be judged before there is a grade: a zero for it would be one that nobody saw."""
        known = self.card.standings
        found = tuple(one for one in known if self.card.state(one) in UNKNOWN)
        return found if found or self.card.latest else known

    @property
    def score(self) -> float | None:
        """The points, scaled; None for whoever is not gradable yet."""
        return None if self.unknown else min(self.scaled(self.card.points), self.out_of)

    def scaled(self, points: float) -> float:
        """Points of the lab as points of the gradebook, to the hundredth."""
        return round(points * self.out_of / self.card.possible, 2)

    @property
    def self_reported(self) -> int:
        """How many of the achieved checks only the member's own receipt has seen."""
        return sum(bool(one.points) and not_seen_here(one) == SELF_REPORTED for one in self.card.standings)

    @property
    def feedback(self) -> str:
        """The first thing to fix, in a line."""
        return sentence(redact(next_words(self.card)))

    def said(self, standing: Standing) -> str:
        """What a member is told about one check: what was found, what to do, where it is taught."""
        seen, check = standing.observation, standing.check
        state = self.card.state(standing)
        if state == "passed":
            return str(shown(not_seen_here(standing)))
        titles = {one.check.name: one.check.title for one in self.card.standings}
        found = waits_for(standing, titles) or (seen.message if seen else why_unasked(check))
        remedy = (seen.remedy if seen else "") or (check.hint if state == "failed" else "")
        lines = (
            f"{WORDS[state]}: {found}" if found else WORDS[state],
            remedy,
            link(self.card.lab, check.step),
        )
        return str(shown("\n".join(line for line in lines if line)))

"""Standings added up: a member's card, and each step of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pytest_cloudlab.model import Check, Lab, Member, Observation, Standing, Step, Team, Verdict
from pytest_cloudlab.standing.fold import standings
from pytest_cloudlab.standing.waits import judge_needs

State = Literal["failed", "blocked", "inconclusive", "not asked", "not due", "passed"]
"""A standing as a reader sees it; from the one to look at first to the one that is done."""

STATES: tuple[State, ...] = ("failed", "blocked", "inconclusive", "not asked", "not due", "passed")


def state_of(standing: Standing, *, final: bool) -> State:
    if standing.verdict is not None:
        return standing.verdict.value
    return "not due" if standing.check.holds == "at_end" and not final else "not asked"


@dataclass(frozen=True)
class Tally:
    """Standings added up: those of one step, or all of a member's."""

    standings: tuple[Standing, ...]
    final: bool
    """Whether the end was judged too."""

    def state(self, standing: Standing) -> State:
        return state_of(standing, final=self.final)

    def _count(self, state: State) -> int:
        return sum(self.state(standing) == state for standing in self.standings)

    @property
    def achieved(self) -> int:
        return self._count("passed")

    @property
    def to_fix(self) -> int:
        return self._count("failed")

    @property
    def waiting(self) -> int:
        return self._count("blocked")

    @property
    def unjudged(self) -> int:
        return self._count("inconclusive")

    @property
    def not_due(self) -> int:
        return self._count("not due")

    @property
    def not_asked(self) -> int:
        return self._count("not asked")

    @property
    def held_back(self) -> int:
        """Those without an answer that nobody tried to get: waiting, not asked or not due."""
        return self.waiting + self.not_asked + self.not_due

    @property
    def duration_s(self) -> float:
        """What the deciding observations took."""
        return sum(standing.observation.duration_s for standing in self.standings if standing.observation)

    @property
    def latest(self) -> datetime | None:
        """When the newest of the deciding observations was made."""
        return max((one.observation.at for one in self.standings if one.observation), default=None)

    @property
    def points(self) -> float:
        return sum(standing.points for standing in self.standings)

    @property
    def possible(self) -> float:
        """What all checks together are worth, asked or not."""
        return sum(standing.check.points for standing in self.standings)

    @property
    def worst(self) -> State:
        """The state to look at first; `passed` when there is nothing to look at."""
        return min((self.state(standing) for standing in self.standings), key=STATES.index, default="passed")


@dataclass(frozen=True)
class StepTally(Tally):
    step: Step


@dataclass(frozen=True)
class Card(Tally):
    """One member's standings in the lab's order, and all that is counted from them."""

    lab: Lab
    team: Team
    member: Member

    @property
    def steps(self) -> tuple[StepTally, ...]:
        """The steps that have checks, in the lab's order."""
        grouped = (
            (step, tuple(one for one in self.standings if one.check.step == step.number))
            for step in self.lab.steps
        )
        return tuple(StepTally(ones, self.final, step) for step, ones in grouped if ones)

    def check(self, name: str) -> Check | None:
        """The check of that name, if the lab (still) has it."""
        return next((one.check for one in self.standings if one.check.name == name), None)

    @property
    def next_check(self) -> Check | None:
        """The one thing to do next: the first failed check, else what the first blocked one waits for."""
        for standing in self.standings:
            if standing.verdict is Verdict.FAILED:
                return standing.check
        known = {standing.check.name: standing for standing in self.standings}
        for standing in self.standings:
            if standing.verdict is Verdict.BLOCKED:
                waits = (
                    judge_needs(standing.check, known) if known.keys() >= {*standing.check.needs} else None
                )
                return waits[1] if waits else standing.check
        return None


def card_of(
    lab: Lab,
    team: Team,
    member: Member,
    checks: Sequence[Check],
    observations: Iterable[Observation],
    *,
    final: bool,
) -> Card:
    """The card of a member whose `observations` these are, oldest first."""
    known = standings(checks, observations, final=final)
    return Card(tuple(known.values()), final, lab, team, member)


def exit_code(cards: Iterable[Card]) -> int:
    """0: all that was asked is achieved; 1: something failed or is blocked; 3: nothing failed, but
    something could not be judged."""
    verdicts = {standing.verdict for card in cards for standing in card.standings}
    if verdicts & {Verdict.FAILED, Verdict.BLOCKED}:
        return 1
    return 3 if Verdict.INCONCLUSIVE in verdicts else 0

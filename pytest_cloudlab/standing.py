"""What observations add up to: the only arithmetic there is between the journal and every report."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Check, Lab, Member, Observation, Standing, Step, Team, Verdict

State = Literal["failed", "blocked", "inconclusive", "not asked", "not due", "passed"]
"""A standing as a reader sees it; from the one to look at first to the one that is done."""

STATES: tuple[State, ...] = ("failed", "blocked", "inconclusive", "not asked", "not due", "passed")


def standings(
    checks: Sequence[Check], observations: Iterable[Observation], *, final: bool
) -> dict[str, Standing]:
    """Check name -> where it stands, in the order of `checks`.

    `observations` are one member's, oldest first. The first success of an `ever` check stands for good;
    everything else is judged by the latest observation, and an `at_end` check only when `final`. What could
    not be judged afterwards takes no success away.
    """
    deciding: dict[str, Observation] = {}
    ever = {check.name for check in checks if check.holds == "ever"}
    for observation in observations:
        before = deciding.get(observation.check)
        achieved = before is not None and before.verdict is Verdict.PASSED
        # Only looking again and finding otherwise can undo an end that was seen; an outage cannot.
        if achieved and (observation.check in ever or observation.verdict is not Verdict.FAILED):
            continue
        deciding[observation.check] = observation
    return {check.name: _standing(check, deciding.get(check.name), final=final) for check in checks}


def _standing(check: Check, decides: Observation | None, *, final: bool) -> Standing:
    if decides is None or (check.holds == "at_end" and not final):
        return Standing(check, None)
    return Standing(check, decides.verdict, decides)


def state_of(standing: Standing, *, final: bool) -> State:
    if standing.verdict is not None:
        return standing.verdict.value
    return "not due" if standing.check.holds == "at_end" and not final else "not asked"


def judge_needs(check: Check, known: Mapping[str, Standing]) -> tuple[Verdict, Check] | None:
    """Whether what `check` needs allows to ask it: None when it does.

    Else `blocked` and the first thing to get right, followed back to where it starts; or `inconclusive`
    and the check nobody could judge, when nothing but that stands in the way. `known` is in lab order.
    """
    roots = set(_roots(check, known, set()))
    in_order = [standing for name, standing in known.items() if name in roots]
    failed = [standing for standing in in_order if standing.verdict is Verdict.FAILED]
    open_ones = [standing for standing in in_order if standing.verdict is not Verdict.INCONCLUSIVE]
    for first in (failed + open_ones)[:1]:
        return Verdict.BLOCKED, first.check
    for first in in_order[:1]:
        return Verdict.INCONCLUSIVE, first.check
    return None


def _roots(check: Check, known: Mapping[str, Standing], seen: set[str]) -> Iterator[str]:
    """Of all that `check` needs and that has not passed, what waits for nothing else itself."""
    for name in check.needs:
        standing = known[name]
        if standing.verdict is Verdict.PASSED or name in seen:
            continue
        seen.add(name)
        deeper = () if standing.verdict is Verdict.FAILED else tuple(_roots(standing.check, known, seen))
        open_below = any(known[need].verdict is not Verdict.PASSED for need in standing.check.needs)
        if standing.verdict is Verdict.FAILED or not open_below:
            yield name
        yield from deeper


def check_needs_graph(checks: Sequence[Check]) -> None:
    """Raises `UsageError` for a need that names no check of the lab, and for needs in a circle."""
    by_name = {check.name: check for check in checks}
    for check in checks:
        for need in check.needs:
            if need not in by_name:
                near = difflib.get_close_matches(need, by_name, n=1)
                meant = f"Did you mean {near[0]!r}?" if near else "Name a test function of this lab."
                raise UsageError(f"{check.name}: it needs {need!r}, and there is no such check", remedy=meant)
    cleared: set[str] = set()
    for check in checks:
        _refuse_circle(check, by_name, [], cleared)


def _refuse_circle(check: Check, by_name: Mapping[str, Check], path: list[str], cleared: set[str]) -> None:
    if check.name in path:
        circle = [*path[path.index(check.name) :], check.name]
        raise UsageError(
            f"checks that need each other can never be asked: {' -> '.join(circle)}",
            remedy="Take one of these needs away.",
        )
    if check.name not in cleared:
        for need in check.needs:
            _refuse_circle(by_name[need], by_name, [*path, check.name], cleared)
        cleared.add(check.name)


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

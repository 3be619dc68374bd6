"""Decides for one member which checks may be asked, and keeps what is known up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.grading.finding import Finding
from pytest_cloudlab.model import Check, Evidence, Observation, Standing, Verdict
from pytest_cloudlab.reconnection import Reconnection
from pytest_cloudlab.redaction import clean, clean_values
from pytest_cloudlab.standing import LOOKED, judge_needs, standings


@dataclass(frozen=True)
class Ruling:
    """Why a check is not asked now."""

    kind: Literal["achieved", "judged", "not due", "would act", "waits"]
    reason: str


class Judge:
    def __init__(
        self,
        assignment: Assignment,
        checks: tuple[Check, ...],
        past: Iterable[Observation],
        record: Callable[[Observation], None],
        *,
        run: str,
        final: bool = False,
        act: bool = False,
        again: bool = False,
    ) -> None:
        self.assignment = assignment
        self.checks = checks
        self._observations = list(past)
        # A session may go on where an earlier one of the same run was killed.
        own = [one for one in self._observations if run and one.run == run and not one.source]
        self._looked = {one.check for one in own if one.verdict in LOOKED}
        self._waited = {(one.check, one.verdict, one.waits_for) for one in own}
        self._record = record
        self._run = run
        self._final = final
        self._act = act
        self._again = again
        self._fold()

    def _fold(self) -> None:
        self.standings: Mapping[str, Standing] = standings(self.checks, self._observations, final=self._final)

    def rule(self, check: Check) -> Ruling | None:
        """Why `check` must not be asked now, or None when it may be.

        A check that waits for another is recorded as blocked or inconclusive right here.
        """
        standing = self.standings[check.name]
        seen = standing.observation
        # What only a receipt says is worth a look of our own.
        told = seen is not None and seen.source == "receipt"
        if check.holds == "ever" and standing.verdict is Verdict.PASSED and not (self._again or told):
            when = seen.at if seen else None
            return Ruling("achieved", f"achieved {when:%Y-%m-%d %H:%M} UTC" if when else "achieved")
        if check.name in self._looked:
            return Ruling("judged", "judged earlier in this run")
        if check.holds == "at_end" and not self._final:
            return Ruling("not due", "judged at the end, with --final")
        if check.acts and not self._act:
            return Ruling("would act", "changes something to find out; asked only with --act")
        waiting = judge_needs(check, self.standings)
        if waiting is None:
            return None
        verdict, first = waiting
        reason = f"waits for: {first.title}"
        if (check.name, verdict, first.name) not in self._waited:
            self.observe(check, Finding(verdict, reason), duration_s=0.0, waits_for=first.name)
        return Ruling("waits", reason)

    def observe(
        self,
        check: Check,
        finding: Finding,
        *,
        duration_s: float,
        waits_for: str = "",
        measured: Mapping[str, Any] | None = None,
        evidence: tuple[Evidence, ...] = (),
        reconnections: tuple[Reconnection, ...] = (),
    ) -> Observation:
        """Record what was found, redacted."""
        observation = Observation(
            lab=self.assignment.lab.id,
            team=self.assignment.team.id,
            member=self.assignment.member.id,
            check=check.name,
            verdict=finding.verdict,
            message=clean(finding.message),
            remedy=clean(finding.remedy),
            at=datetime.now(UTC),
            duration_s=duration_s,
            waits_for=waits_for,
            measured=clean_values(dict(measured or {})),
            evidence=evidence,
            run=self._run,
            missed=finding.missed,
            reconnections=tuple(replace(one, why=clean(one.why)) for one in reconnections),
        )
        self._record(observation)
        self._observations.append(observation)
        self._fold()
        return observation


def in_words(finding: Finding, check: Check) -> str:
    """What was found and what to do about it, a line each."""
    lines = [clean(finding.message), clean(finding.remedy) or check.hint]
    if finding.verdict is Verdict.INCONCLUSIVE:
        lines.insert(0, "could not tell:")
    return "\n".join(line for line in lines if line)

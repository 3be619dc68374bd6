"""Decides for one member which checks may be asked, and keeps what is known up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.grading.finding import Finding
from pytest_cloudlab.model import Check, Evidence, Observation, Standing, Verdict
from pytest_cloudlab.redaction import plain, redact
from pytest_cloudlab.standing import judge_needs, standings

LONGEST_TEXT = 2_000
"""Characters that are kept of a message or a measured text."""
MOST_TEXT = 64_000
"""Characters that are searched for secrets before the rest is cut off."""
MOST_VALUES = 1_000


@dataclass(frozen=True)
class Ruling:
    """Why a check is not asked now."""

    kind: Literal["achieved", "not due", "would act", "waits"]
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
        if check.holds == "ever" and standing.verdict is Verdict.PASSED and not self._again:
            when = standing.observation.at if standing.observation else None
            return Ruling("achieved", f"achieved {when:%Y-%m-%d %H:%M} UTC" if when else "achieved")
        if check.holds == "at_end" and not self._final:
            return Ruling("not due", "judged at the end, with --final")
        if check.acts and not self._act:
            return Ruling("would act", "changes something to find out; asked only with --act")
        waiting = judge_needs(check, self.standings)
        if waiting is None:
            return None
        verdict, first = waiting
        reason = f"waits for: {first.title}"
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
            measured=_clean_values(dict(measured or {})),
            evidence=evidence,
            run=self._run,
        )
        self._record(observation)
        self._observations.append(observation)
        self._fold()
        return observation


def clean(text: str) -> str:
    """Text of a machine or a page as it may be shown and kept: no secrets, no control characters, short."""
    return plain(redact(text[:MOST_TEXT]), LONGEST_TEXT, lines=True)


def _clean_values(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case dict():
            items = list(value.items())[:MOST_VALUES]
            return {clean(str(key)): _clean_values(inner) for key, inner in items}
        case list() | tuple():
            return [_clean_values(inner) for inner in value[:MOST_VALUES]]
    return value

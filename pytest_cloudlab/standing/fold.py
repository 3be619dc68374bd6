"""Observations folded into standings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pytest_cloudlab.bounds import in_words, out_of_bounds, unmeasured
from pytest_cloudlab.model import Check, Observation, Standing, Verdict
from pytest_cloudlab.standing.waits import settle_waits

LOOKED = (Verdict.PASSED, Verdict.FAILED)


def standings(
    checks: Sequence[Check], observations: Iterable[Observation], *, final: bool
) -> dict[str, Standing]:
    """Check name -> where it stands, in the order of `checks`, by their bounds and needs as these are now.

    `observations` are one member's, oldest first. The first success of an `ever` check stands for good;
    everything else is judged by the latest observation, and an `at_end` check only when `final`. What could
    not be judged afterwards takes no success away.

    A student's receipt counts only where nobody else has looked. What an instructor set stands above all,
    until it is taken back.
    """
    seen = {check.name: _Seen(check) for check in checks}
    for observation in observations:
        if observation.check in seen:
            seen[observation.check].add(observation)
    return settle_waits({name: one.standing(final=final) for name, one in seen.items()})


class _Seen:
    """All that was observed of one check."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._own: Observation | None = None
        self._told: list[Observation] = []
        self._set: Observation | None = None

    def add(self, one: Observation) -> None:
        if one.source == "":
            self._own = self._decides(self._own, one)
        elif one.source == "receipt":
            self._told.append(one)
        else:
            self._set = one if one.source == "override" else None

    def _decides(self, before: Observation | None, one: Observation) -> Observation:
        one = judged_anew(self._check, one)
        # Only looking again and finding otherwise can undo an end that was seen; an outage cannot.
        if (
            before is not None
            and before.verdict is Verdict.PASSED
            and (self._check.holds == "ever" or one.verdict is not Verdict.FAILED)
        ):
            return before
        return one

    def standing(self, *, final: bool) -> Standing:
        decides = self._own
        if decides is None or decides.verdict not in LOOKED:
            told: Observation | None = None
            # Receipts may come in any order.
            for one in sorted(self._told, key=lambda one: one.at):
                if one.verdict in LOOKED:
                    told = self._decides(told, one)
            decides = told or decides
        if self._set is not None:
            # What was seen is shown beside what was set.
            seen = decides or self._set
            decides = replace(self._set, measured=seen.measured, evidence=seen.evidence)
        elif self._check.holds == "at_end" and not final:
            decides = None
        return Standing(self._check, decides.verdict if decides else None, decides)


def judged_anew(check: Check, one: Observation) -> Observation:
    """What `one` comes to by the check's bounds as they are now.

    Only where the check itself found nothing wrong, and only from what was measured: nobody looks again. What
    was not measured then stands as it was judged.
    """
    by_values = one.verdict is Verdict.PASSED or bool(one.missed)
    if not (check.bounds or one.missed) or not by_values or unmeasured(check.bounds, one.measured):
        return one
    missed = out_of_bounds(check.bounds, one.measured)
    if not missed:
        return one if not one.missed else replace(one, verdict=Verdict.PASSED, message="", missed=())
    return replace(
        one,
        verdict=Verdict.FAILED,
        message=in_words(missed, one.measured),
        missed=tuple(bound.value for bound in missed),
    )

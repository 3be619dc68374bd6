"""What of the findings stands: neither disabled nor accepted, and where somebody wants to know."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from dataclasses import replace

from pytest_cloudlab.material.baseline import Baseline, Entry
from pytest_cloudlab.material.finding import Finding
from pytest_cloudlab.material.look import Look, in_order
from pytest_cloudlab.material.pattern import matches
from pytest_cloudlab.material.settings import Settings


class Sieve:
    def __init__(self, settings: Settings, baseline: Baseline | None, today: datetime.date) -> None:
        self._settings = settings
        self._baseline = baseline
        self._today = today

    def sift(self, look: Look) -> Look:
        """Of what the rules said there, each thing once and only what stands."""
        said = in_order(look.findings)
        enabled = [finding for finding in said if not self._is_disabled(finding)]
        stand, covered = self._baseline.judge(enabled, self._today) if self._baseline else (enabled, [])
        return replace(
            look, findings=tuple(stand), accepted=len(covered), disabled=len(said) - len(enabled)
        )  # fmt: skip

    def problems(
        self, looks: Collection[Look], was_asked: Callable[[Entry], bool]
    ) -> tuple[Finding, ...]:  # fmt: skip
        """What is wrong with the baseline, given all that the rules said."""
        if self._baseline is None:
            return ()
        found = {
            finding.fingerprint
            for look in looks
            for finding in look.findings
            if not self._is_disabled(finding)
        }
        return tuple(self._baseline.problems(found, was_asked))

    def _is_disabled(self, finding: Finding) -> bool:
        return any(
            entry.rule == finding.rule
            and (not entry.pages or any(matches(finding.place.path, one) for one in entry.pages))
            for entry in self._settings.disabled
        )

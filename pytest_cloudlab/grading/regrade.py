"""Grades worked out anew from what was observed: nothing and nobody is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pytest_cloudlab.grading.overrides import Override, observations_of
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Check, Lab, Observation, Roster
from pytest_cloudlab.standing import Card, Change, card_of, changes


@dataclass(frozen=True)
class Regraded:
    """One member."""

    before: Card
    """By the checks as the journal's last run knew them."""
    after: Card
    changes: list[Change]


@dataclass(frozen=True)
class Regrading:
    lab: Lab
    checks: tuple[Check, ...]
    """As they are now."""
    known: tuple[Check, ...]
    """As they were."""
    members: tuple[Regraded, ...]
    """In the roster's order."""
    added: tuple[Observation, ...]
    """What is to be set, and is not yet."""

    def keep(self, journal: Journal) -> None:
        """From now on, the journal knows the checks as they are now, and all that was to be set."""
        if self.added or self.known != self.checks:
            run = journal.start_run(self.lab.id, self.checks, kind="regrade")
            journal.append(*(replace(one, run=run) for one in self.added))
            journal.finish_run(run)


def regrade(
    lab: Lab,
    roster: Roster,
    checks: Sequence[Check],
    journal: Journal,
    overrides: Sequence[Override] = (),
    *,
    final: bool = False,
) -> Regrading:
    """Everybody's card before and after. The journal is only read."""
    known = journal.checks(lab.id) or tuple(checks)
    members, added = [], list[Observation]()
    for team, member in roster.everyone:
        past = list(journal.observations(lab.id, team.id, member.id))
        new = observations_of(overrides, lab, team, member, past)
        before = card_of(lab, team, member, known, past, final=final)
        after = card_of(lab, team, member, checks, past + new, final=final)
        taken_back = {one.check: one.message for one in new if one.source == "withdrawal"}
        members.append(Regraded(before, after, changes(before, after, taken_back)))
        added += new
    return Regrading(lab, tuple(checks), known, tuple(members), tuple(added))

"""A class as a command judges it: read from its roster, and what is said of it at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.cli.only import chosen
from pytest_cloudlab.cli.outputs import Outputs
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.roll import Sitting
from pytest_cloudlab.model import Lab, Roster
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports.scores import print_scores
from pytest_cloudlab.roster import find_roster, load_roster
from pytest_cloudlab.standing import Card


@dataclass(frozen=True)
class WholeClass:
    lab: Lab
    roster: Roster
    file: Path

    @property
    def data(self) -> Path:
        """The folder of the journal and the evidence."""
        return self.file.resolve().parent / ".cloudlab"

    def assizes(
        self, only: Sequence[str], *, final: bool, step: str, act: bool = False, again: bool = False
    ) -> list[Assize]:
        """What each session of those that `only` names is told; everybody's without."""
        return [
            Assize(
                Assignment(self.lab, self.roster, team, member), self.file, self.data, final, act, again, step
            )
            for team, member in chosen(self.roster, only)
        ]


def read_class(roster: Path | None, lab: str) -> WholeClass:
    """Raises `UsageError` as `load_roster` does."""
    file = roster or find_roster(Path.cwd())
    return WholeClass(*load_roster(file, lab), file)


def conclude(
    the_class: WholeClass, cards: Sequence[Card], sittings: Sequence[Sitting], wanted: Outputs
) -> int:
    """Print the scores, then as `report` does."""
    print_scores(cards, Console(highlight=False))
    return report(the_class, cards, sittings, wanted)


def report(the_class: WholeClass, cards: Sequence[Card], sittings: Sequence[Sitting], wanted: Outputs) -> int:
    """Say what went wrong and write the reports; the exit code: 3 where something could not be judged."""
    for sitting in sittings:
        if sitting.problem:
            one = sitting.assize.assignment
            first = plain(sitting.problem.message.splitlines()[0], 300)
            click.echo(f"{one.team.id}/{one.member.id}: {first}", err=True)
    wanted.write(cards, the_class.data / "evidence", the_class.lab.title)
    return 3 if any(card.unjudged for card in cards) or any(one.problem for one in sittings) else 0

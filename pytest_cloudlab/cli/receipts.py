"""`--receipts DIR`: what students handed in goes into the journal, and what became of each is said."""

from __future__ import annotations

from pathlib import Path

import click

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Lab, Roster
from pytest_cloudlab.receipts.intake import Intake, Taken
from pytest_cloudlab.redaction import plain


def take_in(folder: Path, lab: Lab, roster: Roster, journal: Journal, evidence: Path) -> None:
    taken = Intake(lab, roster, read_checks(lab), journal, EvidenceStore(evidence)).take_all(folder)
    refused = sum(one.member is None for one in taken)
    count = f"{len(taken)} {'receipt' if len(taken) == 1 else 'receipts'}"
    click.echo(f"{count} in {folder}, {refused} refused", err=True)
    for one in taken:
        click.echo(f"  {plain(str(one.file.relative_to(folder)), 100)}: {_words(one)}", err=True)


def _words(one: Taken) -> str:
    if one.member is None:
        return f"refused: {'; '.join(one.notes)}"
    said = f"{one.added} observations of {plain(one.member.name, 60)}" if one.added else "nothing new"
    return "; ".join((said, *(f"left out: {note}" for note in one.notes)))

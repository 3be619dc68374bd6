"""`cloudlab submit`: a student's own observations, in one file."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from pytest_cloudlab.assignment import assign
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.evidence import EvidenceStore, write_atomically
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.receipts.manifest import SUFFIX
from pytest_cloudlab.receipts.packing import pack
from pytest_cloudlab.reports import counts
from pytest_cloudlab.roster import find_roster, load_roster
from pytest_cloudlab.standing import card_of


@click.command(epilog="What is handed in so counts as self-reported: your instructor's own looks come first.")
@click.argument("lab", required=False, default="")
@click.option(
    "--as", "who", metavar="ID", envvar="CLOUDLAB_AS", default="", help="Who you are: a member's id."
)
@click.option("--roster", type=click.Path(path_type=Path), envvar="CLOUDLAB_ROSTER",
              help="The roster; default: cloudlab.toml or teams.toml here.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Default: LAB-ID.receipt, here.")  # fmt: skip
def submit(lab: str, who: str, roster: Path | None, out: Path | None) -> int:
    """Put what `cloudlab check` has seen of your work in LAB, with its evidence, into one file to hand in.

    It is for what nobody else can see: the copy on your laptop, a tunnel, a codespace of your own. Nothing is
    asked and nothing is sent.

    \b
    Examples:
      cloudlab submit                            what you did in the lab
      cloudlab submit be --out alice.receipt     into a file of your choice
    """
    file = roster or find_roster(Path.cwd())
    one = assign(*load_roster(file, lab), who)
    data = file.resolve().parent / ".cloudlab"
    with contextlib.closing(Journal.open_readonly(data / "journal.sqlite")) as journal:
        seen = list(journal.observations(one.lab.id, one.team.id, one.member.id))
    packed = pack(one.lab, one.member, seen, EvidenceStore(data / "evidence"))
    path = out or Path(f"{one.lab.id}-{one.member.id}{SUFFIX}")
    write_atomically(path, packed.data)
    card = card_of(one.lab, one.team, one.member, read_checks(one.lab), seen, final=True)
    said = ", ".join(words for state, words in counts(card) if state in ("passed", "failed"))
    files = f"{packed.files} {'file' if packed.files == 1 else 'files'} of evidence"
    click.echo(f"{path}: {said}; {files}, {max(1, len(packed.data) >> 10):,} KB")
    if packed.left_out:
        click.echo(f"  {packed.left_out} files of evidence are gone or too large, and left out", err=True)
    click.echo("Hand it in where your instructor says.")
    return 0

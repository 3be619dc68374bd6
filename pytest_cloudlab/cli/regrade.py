"""`cloudlab regrade`: grades worked out anew from the journal."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click
from rich.console import Console

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.cli.outputs import Outputs, outputs
from pytest_cloudlab.grading.overrides import read_overrides
from pytest_cloudlab.grading.regrade import regrade as regrade_all
from pytest_cloudlab.journal import Journal, open_journal
from pytest_cloudlab.reports.changes import print_changes
from pytest_cloudlab.roster import find_roster, load_roster
from pytest_cloudlab.standing import check_needs_graph

EXIT_CODES = """\b
Exit codes:
  0  everybody has a grade, changed or not
  2  a file, an option or the installation is not as it has to be
  3  something was never judged: only looking, or an override, settles it"""


@click.command(epilog=EXIT_CODES)
@click.argument("roster", type=click.Path(path_type=Path), required=False)
@click.option("--lab", default="", help="The lab; default: the one that the roster names.")
@click.option("--overrides", type=click.Path(path_type=Path), metavar="FILE",
              help="A CSV: member, check, verdict, reason, who.")  # fmt: skip
@click.option("--final", is_flag=True, help="The lab is over: the cleanup counts too.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@outputs
def regrade(
    roster: Path | None, lab: str, overrides: Path | None, final: bool, dry_run: bool, wanted: Outputs
) -> int:
    """Work out the grades of ROSTER (default: teams.toml) anew. Nothing and nobody is asked: every VM may be
    long gone.

    What was seen is held against the lab as it is now, with its points, limits and needs; and the verdicts of
    an override file are set. What that changes is shown, member by member.

    \b
    The override file, with a verdict of passed, failed or inconclusive, or
    "as seen" to take back what was set:
      member,check,verdict,reason,who
      alice,test_vm_answers_ssh,passed,"I saw it, our network was down",Ada

    \b
    Examples:
      cloudlab regrade teams.toml --final --dry-run
      cloudlab regrade teams.toml --final --overrides overrides.csv --report report
    """
    file = roster or find_roster(Path.cwd())
    the_lab, the_roster = load_roster(file, lab)
    checks = read_checks(the_lab)
    check_needs_graph(checks)
    given = read_overrides(overrides, the_roster, checks) if overrides else ()
    data = file.resolve().parent / ".cloudlab"
    # Opened for reading first: where there is no journal, none is made.
    opened = Journal.open_readonly(data / "journal.sqlite")
    if not dry_run:
        opened.close()
        opened = open_journal(data)
    with contextlib.closing(opened) as journal:
        regrading = regrade_all(the_lab, the_roster, checks, journal, given, final=final)
        # Shown before it is kept: a run that is killed in between shows it again.
        print_changes(
            ((one.before, one.after, one.changes) for one in regrading.members),
            Console(highlight=False),
            kept=not dry_run,
        )
        if not dry_run:
            regrading.keep(journal)
    cards = [one.after for one in regrading.members]
    wanted.write(cards, data / "evidence", the_lab.title)
    return 3 if any(card.unjudged for card in cards) else 0

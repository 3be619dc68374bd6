"""`cloudlab leftovers`: what a class left in the cloud, what it costs a day, and its removal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console

from pytest_cloudlab.cli.progress import say
from pytest_cloudlab.errors import CloudlabError, NotFound, UsageError
from pytest_cloudlab.leftovers.leftover import Leftover
from pytest_cloudlab.leftovers.search import look
from pytest_cloudlab.reports.leftovers import as_json, print_leftovers
from pytest_cloudlab.roster import find_roster, load_roster

EXIT_CODES = """\b
Exit codes:
  0  nothing is left, or all of it was deleted
  1  something is left
  2  a file, an option or the installation is not as it has to be
  3  a place could not be looked at; what is there is not known"""


@click.command(epilog=EXIT_CODES)
@click.argument("roster", type=click.Path(path_type=Path), required=False)
@click.option("--lab", default="", help="The lab; default: the one that the roster names.")
@click.option("--team", default="", metavar="ID", help="Only this team's.")
@click.option("--delete", is_flag=True, help="Delete what is left, after showing it and asking.")
@click.option("--yes", is_flag=True, help="With --delete: do not ask. For scripts.")
@click.option("--json", "to_json", is_flag=True, help="As JSON, on standard output.")
def leftovers(roster: Path | None, lab: str, team: str, delete: bool, yes: bool, to_json: bool) -> int:
    """List what the teams of ROSTER left in the cloud that costs money or leaves a port open.

    Looks for VMs, disks, reserved addresses, firewall rules, images, buckets and codespaces by the names
    that the roster and the lab's naming rules give them. Everything else in the project is a stranger's:
    never shown, never deleted.

    \b
    Examples:
      cloudlab leftovers teams.toml                    what is left, and its price a day
      cloudlab leftovers teams.toml --team rocket      of one team
      cloudlab leftovers teams.toml --delete           delete it, after asking
    """
    if yes and not delete:
        raise UsageError("--yes answers what only --delete asks", remedy="Add --delete, or leave it out.")
    the_lab, the_roster = load_roster(roster or find_roster(Path.cwd()), lab)
    if team and team not in [one.id for one in the_roster.teams]:
        raise UsageError(
            f"there is no team {team!r}", remedy=f"Teams: {', '.join(one.id for one in the_roster.teams)}."
        )
    found = look(the_lab, the_roster, say)
    if team:
        found = replace(found, leftovers=found.of(team))
    if to_json:
        click.echo(json.dumps(as_json(found), indent=2, ensure_ascii=False))
    else:
        print_leftovers(found, Console(highlight=False))
    left: Sequence[Leftover] = found.leftovers
    if delete and left:
        if not yes:
            click.confirm(f"Delete {_these(len(left))}? It cannot be undone.", abort=True, err=True)
        left = _delete(left)
    return 3 if found.unseen else 1 if left else 0


def _delete(chosen: Sequence[Leftover]) -> list[Leftover]:
    """What could not be deleted."""
    kept = []
    for one in chosen:
        what = f"{one.kind} {one.name} ({one.where})"
        say(f"deleting {what}")
        try:
            one.delete()
        except NotFound:
            continue  # somebody was faster
        except CloudlabError as error:
            click.echo(f"{what} was not deleted: {error.message}", err=True)
            kept.append(one)
    click.echo(f"Deleted: {len(chosen) - len(kept)} of {len(chosen)}.", err=True)
    return kept


def _these(count: int) -> str:
    return "this one" if count == 1 else f"all {count} of them"

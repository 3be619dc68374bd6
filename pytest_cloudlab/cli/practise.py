"""`cloudlab practise`: a lab at home, on the local cloud twin."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from pytest_cloudlab.cli.progress import say
from pytest_cloudlab.cli.twin_state import STATE
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.rehearsal.practice import Practice, prepare


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("lab")
@click.option("--name", required=True, help="Your name, as you write it.")
@STATE
@click.argument("choices", nargs=-1, type=click.UNPROCESSED, metavar="[--KEY VALUE]...")
def practise(lab: str, name: str, state: Path, choices: tuple[str, ...]) -> None:
    """Do LAB yourself on the local cloud twin: no account, no costs, as often as you like.

    A made-up teammate does her part. Yours is the rest: by the lab's page, in `cloudlab twin shell`.
    --KEY VALUE is what the lab has you choose, such as --mascot cat.

    \b
    Example:
      cloudlab practise be --name "Alice Martin" --mascot cat
    """
    if not name.strip() or not name.isprintable() or len(name) > 300:
        raise UsageError("--name: expected one line of printable characters")
    the_lab = load_lab(find_lab(lab))
    chosen = _pairs(choices)
    practice = prepare(the_lab, name, chosen, folder=Path(), twin_state=state, progress=say)
    click.echo(_advice(practice, lab, state))


def _pairs(words: tuple[str, ...]) -> dict[str, str]:
    rest, found = list(words), {}
    while rest:
        key, equals, value = rest.pop(0).partition("=")
        if not key.startswith("--") or not (equals or rest):
            raise UsageError(f"{key}: expected --KEY VALUE, such as --mascot cat")
        found[key.removeprefix("--")] = value if equals else rest.pop(0)
    return found


def _advice(practice: Practice, lab: str, state: Path) -> str:
    one, her = practice.mine, practice.hers.member
    where = "" if state == Path(".cloudlab/twin") else f" --state {shlex.quote(str(state))}"
    values = practice.values()
    exports = "export " + " ".join(f"{name}={shlex.quote(value)}" for name, value in values.items())
    lines = [
        f"You are {one.member.id}, in team {one.team.id} with {her.name}. Her part is done, yours is not.",
        f"The lab's page:  {one.lab.page}",
        f"Work in here:    cloudlab twin shell{where}",
        *([f"Set first there: {exports}"] if values else []),
        "Check, in this folder, in another terminal:",
        f'                 eval "$(cloudlab twin env{where})"',
        f"                 cloudlab check {lab}",
        f"At the end:      cloudlab check {lab} --final",
        f"                 cloudlab twin down{where}",
    ]
    return "\n".join(lines)

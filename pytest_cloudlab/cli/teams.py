"""`cloudlab teams`: from the CSV of an LMS to a roster that keeps for the term."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from pytest_cloudlab.enrolment.interview import course_keys
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import SLUG, read_toml
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Lab
from pytest_cloudlab.people.forming import Formed, Wish, form
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports.teams import print_teams
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.roster_file import lab_name, team_tables, write_roster
from pytest_cloudlab.toml_text import toml_text

TOML = ".toml"


@click.command()
@click.argument("people", type=click.Path(path_type=Path))
@click.option("--lab", default="", help="The lab; default: that of the roster that is kept.")
@click.option("--size", type=click.IntRange(1, 100), metavar="N",
              help="Members a team; needed where the CSV has no teams.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True,
              help="What chance draws by: the same seed, the same teams.")  # fmt: skip
@click.option("--names", default="", metavar="A,B,…", help="Ids for teams; default: team-01, team-02.")
@click.option("--columns", multiple=True, metavar="FIELD=COLUMN",
              help="What a column says, where its heading does not. Repeatable.")  # fmt: skip
@click.option("--keep", type=click.Path(path_type=Path), metavar="ROSTER",
              help="A roster whose members keep id, team and choices.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE",
              help="Write the roster there; without, it is only shown.")  # fmt: skip
def teams(
    people: Path, lab: str, size: int | None, seed: int, names: str, columns: tuple[str, ...],
    keep: Path | None, out: Path | None,
) -> None:  # fmt: skip
    """Make a roster of PEOPLE, a CSV as Canvas, Moodle or a spreadsheet exports it.

    Whoever has a team or choices in the CSV keeps them. Everybody else is put into a team, and the lab's
    choices are drawn, by the seed. Form teams once: what is written keeps for the term.

    \b
    Examples:
      cloudlab teams canvas.csv --lab be --size 3 --seed 2026
      cloudlab teams canvas.csv --lab be --size 3 --seed 2026 --out teams.toml
      cloudlab teams groups.csv --lab be --columns team=Projet --out teams.toml
    Somebody has come late, or left:
      cloudlab teams canvas.csv --keep teams.toml --out teams-2.toml
    """
    if out:
        _refuse_over_another(out)
        if out.suffix.lower() != TOML:
            raise UsageError(f"--out {out}: expected a name ending in {TOML}", remedy="A roster is TOML.")
    if keep:
        the_lab, kept = load_roster(keep, lab)
        tables = read_toml(keep) if keep.suffix.lower() == TOML else {}
    elif lab:
        the_lab, kept, tables = load_lab(find_lab(lab)), None, {}
    else:
        raise UsageError("which lab are the teams for?", remedy="Say it with --lab, or with --keep ROSTER.")
    formed = form(people, _columns(columns), the_lab, Wish(seed, size or 0, _names(names), kept))
    if out:
        made_of = f"{people.name}, seed {seed}" + (f", keeping {keep.name}" if keep else "")
        _write(out, the_lab, formed, tables, made_of)
    print_teams(formed, the_lab, Console(highlight=False))
    if not out:
        click.echo("Nothing is written. To keep these teams: --out teams.toml")
        return
    click.echo(f"{out} is written.")
    if empty := [key for key in course_keys(the_lab) if not tables.get("course", {}).get(key)]:
        click.echo(f"Fill in its [course]: {', '.join(empty)}.")
    click.echo(f"Next:\n  cloudlab grade {out}")


def _write(out: Path, lab: Lab, formed: Formed, tables: Mapping[str, Any], made_of: str) -> None:
    """The teams, and of the roster that was kept where its course is and what it changes of the lab."""
    course = tables.get("course") or {key: [] if key == "zones" else "" for key in course_keys(lab)}
    text = toml_text(
        {
            "lab": lab_name(lab, out.parent),
            **({"course": course} if course else {}),
            **({"parameters": tables["parameters"]} if "parameters" in tables else {}),
            "team": team_tables(formed.teams),
        }
    )
    head = f"# Formed by cloudlab teams from {plain(made_of, 200)}. From now on this file is what counts.\n"
    try:
        write_roster(head + text, out)
    except FileExistsError:
        _refuse_over_another(out)
        raise
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror})", remedy="Check its folder.") from None


def _refuse_over_another(out: Path) -> None:
    if os.path.lexists(out):
        raise UsageError(
            f"{out} is there already. Nothing was written.",
            remedy="Write to another file. For those in it to stay where they are: "
            f"--keep {out} --out {out.stem}-2{out.suffix}",
        )


def _columns(pairs: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        field, equals, heading = pair.partition("=")
        if not equals:
            raise UsageError(
                f"--columns {plain(pair, 60)}: expected FIELD=COLUMN",
                remedy='For example --columns team="Group name". None has it: --columns team=',
            )
        found[field.strip()] = heading.strip()
    return found


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if not SLUG.fullmatch(name) or names.count(name) > 1:
            raise UsageError(
                f"--names: found {plain(name, 60)!r}"
                + (" twice" if SLUG.fullmatch(name) else ", expected a short name of a-z, 0-9 and hyphens"),
                remedy="For example --names rocket,comet,moon",
            )
    return names

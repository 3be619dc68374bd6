"""`cloudlab gradebook`: what the journal adds up to, for whoever keeps the grades."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.cli.only import chosen
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports.gradebook.book import Book, Written
from pytest_cloudlab.reports.gradebook.export import read_export
from pytest_cloudlab.reports.gradebook.grade import Grade
from pytest_cloudlab.roster import find_roster, load_roster
from pytest_cloudlab.standing import Card, card_of

FORMATS = ("gradescope", "classroom50", "canvas", "moodle", "junit", "csv", "json", "html")
MOST_POINTS = 10_000
EXIT_CODES = """\b
Exit codes:
  0  everybody's grade is written
  2  a file, an option or the installation is not as it has to be
  3  somebody is left out, and named: not gradable yet, or not found in what
     the gradebook exported"""


def _number(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is not a number of points.")
    return value


@click.command(epilog=EXIT_CODES)
@click.argument("roster", type=click.Path(path_type=Path), required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="Whose format.")
@click.option("--out", type=click.Path(path_type=Path), required=True,
              help="The file; a folder with gradescope and classroom50.")  # fmt: skip
@click.option("--lab", default="", help="The lab; default: the one that the roster names.")
@click.option("--only", multiple=True, metavar="TEAM[/MEMBER]", help="Only these. Repeatable.")
@click.option("--final", is_flag=True, help="The lab is over: the cleanup counts too.")
@click.option("--points", type=click.FloatRange(0, MOST_POINTS, min_open=True), callback=_number, metavar="N",
              help="Scale the grades to N points; default: what the lab is worth.")  # fmt: skip
@click.option("--into", type=click.Path(path_type=Path), metavar="CSV",
              help="Complete what Canvas or Moodle exported.")  # fmt: skip
@click.option("--assignment", metavar="NAME", default="",
              help="What the gradebook calls it; default: the lab's title.")  # fmt: skip
@click.option("--classroom", metavar="NAME", default="", help="With classroom50: the classroom's short name.")
def gradebook(
    roster: Path | None, form: str, out: Path, lab: str, only: tuple[str, ...], final: bool,
    points: float | None, into: Path | None, assignment: str, classroom: str,
) -> int:  # fmt: skip
    """Write the grades of ROSTER (default: teams.toml) for a gradebook. Nobody and nothing is asked: they
    are what the journal adds up to.

    Whoever has something that could not be judged, or that was not asked yet, is not gradable yet: never
    written as a zero, but named, and left for the next time.

    \b
    Examples:
      cloudlab gradebook --format csv --out grades.csv --final
      cloudlab gradebook --format canvas --into export.csv --out grades.csv
      cloudlab gradebook --format moodle --points 20 --out grades.csv
      cloudlab gradebook --format gradescope --out gradescope/ --only rocket
    """
    _suit(form, {"--points": points, "--into": into, "--assignment": assignment, "--classroom": classroom})
    if into and out.exists() and out.resolve() == into.resolve():
        raise UsageError(f"--out {out}: it is what --into reads", remedy="Name another file.")
    file = roster or find_roster(Path.cwd())
    the_lab, the_roster = load_roster(file, lab)
    data = file.resolve().parent / ".cloudlab"
    checks = read_checks(the_lab)
    with contextlib.closing(Journal.open_readonly(data / "journal.sqlite")) as journal:
        cards = [
            card_of(
                the_lab, team, member, checks,
                journal.deciding(the_lab.id, team.id, member.id, checks), final=final,
            )
            for team, member in chosen(the_roster, only)
        ]  # fmt: skip
    book = Book.of(
        cards,
        points=points,
        assignment=assignment,
        export=read_export(into) if into else None,
        everyone=[member for _, member in the_roster.everyone],
    )
    around = {**os.environ, **({"CLASSROOM": classroom} if classroom else {})}
    written = _write(form, out, book, cards, data / "evidence", around)
    _tell(book, written, out, file)
    return 3 if book.not_yet or written.left_out else 0


def _write(
    form: str, out: Path, book: Book, cards: Sequence[Card], evidence: Path, around: Mapping[str, str]
) -> Written:
    """Each writer is imported when it is asked for."""
    match form:
        case "gradescope":
            from pytest_cloudlab.reports.gradebook import gradescope

            return gradescope.write(book, out)
        case "classroom50":
            from pytest_cloudlab.reports.gradebook import classroom50

            return classroom50.write(book, out, around)
        case "canvas":
            from pytest_cloudlab.reports.gradebook import canvas

            return canvas.write(book, out)
        case "moodle":
            from pytest_cloudlab.reports.gradebook import moodle

            return moodle.write(book, out)
        case "csv":
            from pytest_cloudlab.reports.gradebook import csv

            return csv.write(book, out)
        # These say of every check how it stands, so everybody is in them.
        case "junit":
            from pytest_cloudlab.reports import junit

            junit.write(cards, out)
        case "json":
            from pytest_cloudlab.reports import json

            json.write(cards, out)
        case "html":
            from pytest_cloudlab.evidence import EvidenceStore
            from pytest_cloudlab.reports import html

            html.write(cards, EvidenceStore(evidence), out)
    return Written(len(book.gradable))


TAKEN_BY = {
    "--points": ("gradescope", "classroom50", "canvas", "moodle", "csv"),
    "--into": ("canvas", "moodle"),
    "--assignment": ("canvas", "moodle", "classroom50"),
    "--classroom": ("classroom50",),
}


def _suit(form: str, given: dict[str, object]) -> None:
    """Raises `UsageError` for an option that would change nothing."""
    for option, value in given.items():
        if value and form not in TAKEN_BY[option]:
            raise UsageError(
                f"{option} changes nothing with --format {form}",
                remedy=f"It goes with {', '.join(TAKEN_BY[option])}.",
            )


def _tell(book: Book, written: Written, out: Path, roster: Path) -> None:
    """On standard error: standard output may be the file."""
    everyone = len(book.grades)
    click.echo(f"{written.grades} of {everyone} grades: {out}", err=True)
    for note in written.notes:
        click.echo(f"  note: {note}", err=True)
    not_due = max(one.card.not_due for one in book.grades)
    if not_due:
        checks = "1 check is" if not_due == 1 else f"{not_due} checks are"
        click.echo(f"  note: {checks} judged at the end, and counted with --final only", err=True)
    if written.left_out:
        click.echo(f"{len(written.left_out)} of {everyone} are left out:", err=True)
    teams = {one.member.id: one.team.id for one in book.grades}
    for one in written.left_out:
        click.echo(f"  {teams[one.member.id]}/{one.member.id}: {one.why}", err=True)
    if book.not_yet:
        click.echo(f"{len(book.not_yet)} of {everyone} are not gradable yet:", err=True)
        for grade in book.not_yet:
            click.echo(f"  {grade.team.id}/{grade.member.id}: {_why(grade)}", err=True)
        again = " --retry inconclusive" if all(one.card.unjudged for one in book.not_yet) else ""
        click.echo(
            f"  → cloudlab grade {roster}{again}{' --final' if book.grades[0].card.final else ''}", err=True
        )


def _why(grade: Grade) -> str:
    """E.g. `1 could not be judged, 2 not asked: Your VM answers SSH, …`"""
    asked = grade.card.unjudged
    counts = {"could not be judged": asked, "not asked": len(grade.unknown) - asked}
    words = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"{words}: {plain(grade.unknown[0].check.title, 60)}{', …' if len(grade.unknown) > 1 else ''}"

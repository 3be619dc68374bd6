"""`cloudlab watch`: a class, or one's own work, judged again and again while the lab goes on."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click
from rich.console import Console

from pytest_cloudlab.assignment import assign
from pytest_cloudlab.cli.class_board import screen
from pytest_cloudlab.cli.durations import Duration
from pytest_cloudlab.cli.live_page import live_page
from pytest_cloudlab.cli.outputs import Outputs, outputs
from pytest_cloudlab.cli.own_board import own_screen, show_end
from pytest_cloudlab.cli.pace import Pace, ends_s
from pytest_cloudlab.cli.watching import Watching
from pytest_cloudlab.cli.whole_class import conclude, read_class, report
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.engines import engine_of
from pytest_cloudlab.grading.roll import WORKERS
from pytest_cloudlab.journal import open_journal

EXIT_CODES = """\b
Ctrl-C ends it, when what sessions have set up is taken down; once more kills.

\b
Exit codes, at its end:
  0  everybody was judged, whatever the outcomes
  2  a file, an option or the installation is not as it has to be
  3  something could not be judged"""
A_DAY_S = 86_400
CLASS_EVERY_S, OWN_EVERY_S = 60.0, 20.0


@click.command(epilog=EXIT_CODES)
@click.argument("roster", type=click.Path(path_type=Path), required=False)
@click.option("--lab", default="", help="The lab; default: the one that the roster names.")
@click.option(
    "--as", "who", metavar="ID", envvar="CLOUDLAB_AS", default="", help="Only one's own work: a member's id."
)
@click.option("--every", type=Duration(A_DAY_S), metavar="DURATION",
              help="From one round to the next; default: 60s, for one's own work 20s.")  # fmt: skip
@click.option("--until", metavar="HH:MM", help="No round begins after this time of day.")
@click.option(
    "--for", "for_s", type=Duration(A_DAY_S), metavar="DURATION", help="The same, e.g. 3h from now."
)
@click.option("--html", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Keep a page for the projector there: names and marks only.")  # fmt: skip
@click.option("--details", is_flag=True, help="For your own screen: the page says what was found, and shows "
              "points and evidence.")  # fmt: skip
@click.option("--only", multiple=True, metavar="TEAM[/MEMBER]", help="Only these. Repeatable.")
@click.option("--step", metavar="NUMBER", default="", help="Only this step and its parts, e.g. 1.1.")
@click.option("--final", is_flag=True, help="The lab is over: judge the cleanup too.")
@click.option("--workers", type=click.IntRange(1, 256), default=WORKERS, show_default=True,
              help="Members judged at once.")  # fmt: skip
@click.option("--engine", default="", metavar="ADDRESS",
              help="Judge on a Dask cluster, dask://HOST:PORT; default: here.")  # fmt: skip
@outputs
def watch(
    roster: Path | None, lab: str, who: str, every: float | None, until: str | None, for_s: float | None,
    html: Path | None, details: bool, only: tuple[str, ...], step: str, final: bool, workers: int,
    engine: str, wanted: Outputs,
) -> int:  # fmt: skip
    """Judge everybody of ROSTER (default: teams.toml) again and again, and show where the class stands.

    What was achieved once stays achieved and is not asked again. In the folder of a student's own
    cloudlab.toml, or with --as, it is one's own checklist that is shown.

    \b
    Examples:
      cloudlab watch teams.toml --every 2m --until 16:30    until the session ends
      cloudlab watch teams.toml --html board                and for the projector
      cloudlab watch --as alice                             one's own checklist
    """
    the_class = read_class(roster, lab)
    if details and not html:
        raise UsageError("--details: found without --html", remedy="Name the folder of the page: --html DIR.")
    own = bool(who or the_class.roster.me) and not only
    pace = Pace(every or (OWN_EVERY_S if own else CLASS_EVERY_S), ends_s(until, for_s))

    def read() -> list[Assize]:
        now = read_class(roster, lab)  # who comes late is written into the roster during the session
        if own:
            return [Assize(assign(now.lab, now.roster, who), now.file, now.data, final, step=step)]
        return now.assizes(only, final=final, step=step)

    title, data = the_class.lab.title, the_class.data
    with contextlib.closing(open_journal(data)) as journal:
        with own_screen() if own else screen(title, only_news=True) as shown:
            watching = Watching(
                read, journal, lambda: engine_of(engine, the_class.lab.needs.extras), shown, workers
            )
            with live_page(html, the_class.lab, shown, data / "evidence" if details else None):
                watching.run(pace, until_done=own)
        cards = watching.cards()
    if own:
        show_end(cards[0], Console(highlight=False))
        return report(the_class, cards, watching.sittings, wanted)
    return conclude(the_class, cards, watching.sittings, wanted)

"""`cloudlab grade`: a whole class judged."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from pytest_cloudlab.cli.class_board import screen
from pytest_cloudlab.cli.durations import Duration
from pytest_cloudlab.cli.outputs import Outputs, outputs
from pytest_cloudlab.cli.progress import say
from pytest_cloudlab.cli.receipts import take_in
from pytest_cloudlab.cli.stopping import stoppable
from pytest_cloudlab.cli.whole_class import conclude, read_class
from pytest_cloudlab.grading.engines import engine_of
from pytest_cloudlab.grading.roll import WORKERS
from pytest_cloudlab.grading.round import begin_round
from pytest_cloudlab.journal import open_journal
from pytest_cloudlab.waiting import Deadline

EXIT_CODES = """\b
Exit codes:
  0  everybody was judged, whatever the grades
  2  a file, an option or the installation is not as it has to be
  3  something could not be judged: run it again with --retry inconclusive"""
A_DAY_S = 86_400


@click.command(epilog=EXIT_CODES)
@click.argument("roster", type=click.Path(path_type=Path), required=False)
@click.option("--lab", default="", help="The lab; default: the one that the roster names.")
@click.option("--only", multiple=True, metavar="TEAM[/MEMBER]", help="Only these. Repeatable.")
@click.option("--step", metavar="NUMBER", default="", help="Only this step and its parts, e.g. 1.1.")
@click.option("--final", is_flag=True, help="The lab is over: judge the cleanup too.")
@click.option("--act", is_flag=True, help="Also ask what changes something to find out.")
@click.option("--again", is_flag=True, help="Ask again what was already achieved.")
@click.option(
    "--retry", type=click.Choice(["inconclusive"]), help="Only members with what could not be judged."
)
@click.option("--workers", type=click.IntRange(1, 256), default=WORKERS, show_default=True,
              help="Members judged at once.")  # fmt: skip
@click.option(
    "--deadline", type=Duration(A_DAY_S), metavar="DURATION", help="Begin nobody after this, e.g. 20m."
)
@click.option("--receipts", type=click.Path(path_type=Path), metavar="DIR",
              help="Take in what students handed in: *.receipt.")  # fmt: skip
@click.option("--engine", default="", metavar="ADDRESS",
              help="Judge on a Dask cluster, dask://HOST:PORT; default: here.")  # fmt: skip
@click.option("--fresh", is_flag=True, help="Begin anew, although the last run did not finish.")
@outputs
def grade(
    roster: Path | None, lab: str, only: tuple[str, ...], step: str, final: bool, act: bool, again: bool,
    retry: str | None, workers: int, deadline: float | None, receipts: Path | None, engine: str,
    fresh: bool, wanted: Outputs,
) -> int:  # fmt: skip
    """Judge every member of every team of ROSTER (default: teams.toml), many at once.

    What was achieved once stays achieved and is not asked again. A run that was killed is gone on with by
    the next one that asks the same. Receipts count, as self-reported, where this finds nothing out.

    \b
    Examples:
      cloudlab grade teams.toml                         everybody
      cloudlab grade teams.toml --only rocket           one team
      cloudlab grade teams.toml --retry inconclusive    what could not be judged
      cloudlab grade teams.toml --engine dask://10.0.0.5:8786 --workers 64
                                                        on many machines
    """
    the_class = read_class(roster, lab)
    assizes = the_class.assizes(only, final=final, act=act, again=again, step=step)
    asked = f"final={final} act={act} again={again} step={step} retry={retry} only={','.join(sorted(only))}"
    with (
        contextlib.closing(open_journal(the_class.data)) as journal,
        engine_of(engine, the_class.lab.needs.extras) as sessions,
    ):
        sessions.warm()
        if receipts:
            take_in(receipts, the_class.lab, the_class.roster, journal, the_class.data / "evidence")
        round_ = begin_round(assizes, journal, asked, only_unjudged=bool(retry), resume=not fresh)
        if round_.resumed:
            began, judged = round_.resumed.began, round_.resumed.judged
            say(f"going on with the run of {began:%Y-%m-%d %H:%M} UTC: {judged} are judged already")
        try:
            with screen(the_class.lab.title) as shown, stoppable(sessions, shown.stopping):
                sittings = round_.judge(
                    shown.begin(round_),
                    sessions,
                    workers=workers,
                    deadline=Deadline.after(deadline) if deadline else None,
                )
        except KeyboardInterrupt:
            say("the same command goes on where this one was stopped")
            raise
        cards = round_.cards()
    return conclude(the_class, cards, sittings, wanted)

"""`cloudlab rehearse`: a lab done and judged on the local cloud twin."""

from __future__ import annotations

import time
from pathlib import Path

import click
from rich.console import Console

from pytest_cloudlab.cli.outputs import Outputs, outputs
from pytest_cloudlab.cli.progress import say
from pytest_cloudlab.cli.show import judge_and_show
from pytest_cloudlab.grading.member import Assize
from pytest_cloudlab.lab import find_lab, lab_module, load_lab
from pytest_cloudlab.rehearsal import Stage, play
from pytest_cloudlab.reports.console import print_scores
from pytest_cloudlab.standing import Card, exit_code

STATE = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("lab")
@click.option("--members", type=click.IntRange(2, 5), default=2, show_default=True, help="Size of the team.")
@click.option("--twin", "twin_state", type=STATE, envvar="CLOUDLAB_TWIN", default=Path(".cloudlab/twin"),
              show_default=True, help="The twin's folder; started if none is up.")  # fmt: skip
@click.option("--pause", is_flag=True, help="Wait for Enter before the cleanup, to look around.")
@outputs
def rehearse(lab: str, members: int, twin_state: Path, pause: bool, wanted: Outputs) -> int:
    """Do the whole of LAB as a team on the local cloud twin, and judge every outcome.

    Nothing of it reaches a real cloud, and nothing is left behind but the report.
    """
    started = time.monotonic()
    folder = find_lab(lab)
    the_lab = load_lab(folder)
    script = lab_module(folder, "walkthrough")
    data = Path(".cloudlab/rehearsal").resolve()
    click.echo(f"Rehearsing: {the_lab.title}", err=True)
    with Stage(the_lab, script.cast(members), data=data, twin_state=twin_state, progress=say) as stage:
        walkthrough = script.Walkthrough(stage)
        play(lambda one: walkthrough, walkthrough.scenes, stage.assignments, say)
        _judge(stage, final=False)
        if pause:
            click.pause("The lab stands. Press Enter to clean up …", err=True)
        play(lambda one: walkthrough, walkthrough.cleanup, stage.assignments, say)
        cards = _judge(stage, final=True)
    click.echo()
    print_scores(cards, Console(highlight=False))
    wanted.write(cards, data / "evidence", the_lab.title)
    click.echo(f"Done in {time.monotonic() - started:.0f} s.")
    return exit_code(cards)


def _judge(stage: Stage, *, final: bool) -> list[Card]:
    say("judging the cleanup" if final else "judging the work")
    assizes = [Assize(one, stage.roster_file, stage.data, final=final) for one in stage.assignments]
    return [judge_and_show(assize, only_new=final) for assize in assizes]

"""`cloudlab rehearse`: a lab done and judged on the local cloud twin."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from pytest_cloudlab.cli.outputs import Outputs, outputs
from pytest_cloudlab.cli.progress import say
from pytest_cloudlab.cli.show import judge_and_show
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.grading.member import Assize
from pytest_cloudlab.lab import find_lab, lab_module, load_lab
from pytest_cloudlab.model import Lab
from pytest_cloudlab.rehearsal import PageWalkthrough, Stage, Walkthrough, acts, cast_of, play, read_page
from pytest_cloudlab.reports.scores import print_scores
from pytest_cloudlab.standing import Card, exit_code

CURTAIN_RETRY_S = 120.0
"""What cannot be judged at a curtain, on a busy machine perhaps, does not come again."""
STATE = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("lab")
@click.option("--members", type=click.IntRange(2, 5), default=2, show_default=True, help="Size of the team.")
@click.option(
    "--twin",
    "twin_state",
    type=STATE,
    envvar="CLOUDLAB_TWIN",
    default=Path(".cloudlab/twin"),
    show_default=True,
    help="The twin's folder; started if none is up.",
)
@click.option(
    "--by",
    "way",
    type=click.Choice(["api", "page"]),
    default="api",
    show_default=True,
    help="Through the APIs, or by the page's own command lines: gcloud, gsutil, docker, ssh.",
)
@click.option("--pause", is_flag=True, help="Wait for Enter before the cleanup, to look around.")
@outputs
def rehearse(lab: str, members: int, twin_state: Path, way: str, pause: bool, wanted: Outputs) -> int:
    """Do the whole of LAB as a team on the local cloud twin, and judge every outcome.

    Nothing of it reaches a real cloud, and nothing is left behind but the report.

    \b
    By api, the lab's walkthrough.py does it, without Google's SDK. By page, the
    scripts in the lab's folder page/ do it in each member's codespace, with the
    real clients: it shows that what the page tells students to type works.
    """
    started = time.monotonic()
    the_lab = load_lab(find_lab(lab))
    make = _walkthrough_by(way, the_lab)
    data = Path(".cloudlab/rehearsal").resolve()
    click.echo(f"Rehearsing: {the_lab.title}", err=True)
    with Stage(the_lab, cast_of(the_lab, members), data=data, twin_state=twin_state, progress=say) as stage:
        walkthrough = make(stage)
        *earlier, last = acts(walkthrough.scenes)
        for act in earlier:
            play(lambda one: walkthrough, act, stage.assignments, say)
            _judge(stage, until=act[-1].step, only_new=True)
        play(lambda one: walkthrough, last, stage.assignments, say)
        _judge(stage, only_new=bool(earlier))
        if pause:
            click.pause("The lab stands. Press Enter to clean up …", err=True)
        play(lambda one: walkthrough, walkthrough.cleanup, stage.assignments, say)
        cards = _judge(stage, final=True, only_new=True)
    click.echo()
    print_scores(cards, Console(highlight=False))
    wanted.write(cards, data / "evidence", the_lab.title)
    click.echo(f"Done in {time.monotonic() - started:.0f} s.")
    return exit_code(cards)


def _walkthrough_by(way: str, lab: Lab) -> Callable[[Stage], Walkthrough]:
    """What makes the walkthrough on a stage. Raises `UsageError` when it cannot be done that way here."""
    from pytest_cloudlab.twin.machine import sdk_folder

    if way == "page":
        page = read_page(Path(lab.folder), Path(lab.source))
        if sdk_folder() is None:
            raise UsageError(
                "rehearsing by page needs Google's SDK, and this machine has no gcloud",
                remedy="Install google-cloud-cli, or rehearse with --by api.",
            )
        return lambda stage: PageWalkthrough(stage, page)
    if sdk_folder() is None:
        click.echo("This machine has no gcloud: outcomes that need it in the codespace cannot be achieved.",
                   err=True)  # fmt: skip
    made: Callable[[Stage], Walkthrough] = lab_module(Path(lab.source), "walkthrough").Walkthrough
    return made


def _judge(stage: Stage, *, final: bool = False, only_new: bool = False, until: str = "") -> list[Card]:
    work = f"the work up to {until}" if until else "the work"
    say(f"judging {'the cleanup' if final else work}")
    retry_s = CURTAIN_RETRY_S if until else Assize.retry_s
    # Nobody else works on these machines: what changes something to find out may be asked, too.
    assizes = [
        Assize(one, stage.roster_file, stage.data, final=final, act=True, until=until, retry_s=retry_s)
        for one in stage.assignments
    ]
    return [judge_and_show(assize, only_new=only_new) for assize in assizes]

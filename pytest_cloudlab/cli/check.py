"""`cloudlab check`: one member's checklist."""

from __future__ import annotations

from pathlib import Path

import click

from pytest_cloudlab.cli.outputs import Outputs, outputs
from pytest_cloudlab.cli.stopping import stoppable
from pytest_cloudlab.grading.sessions import Sessions


@click.command(epilog="The journal and the evidence are kept in .cloudlab, beside the roster.")
@click.argument("lab", required=False, default="")
@click.option(
    "--as", "who", metavar="ID", envvar="CLOUDLAB_AS", default="", help="Whose work: a member's id."
)
@click.option("--roster", type=click.Path(path_type=Path), envvar="CLOUDLAB_ROSTER",
              help="The roster; default: cloudlab.toml or teams.toml here.")  # fmt: skip
@click.option("--step", metavar="NUMBER", default="", help="Only this step and its parts, e.g. 1.1.")
@click.option("--final", is_flag=True, help="The lab is over: judge the cleanup too.")
@click.option("--act", is_flag=True, help="Also ask what changes something to find out.")
@click.option("--again", is_flag=True, help="Ask again what was already achieved.")
@click.option("--retry", "retry_s", metavar="SECONDS", type=click.FloatRange(min=0), default=10.0,
              show_default=True, help="Time for retries of what could not be judged.")  # fmt: skip
@outputs
def check(
    lab: str, who: str, roster: Path | None, step: str, final: bool, act: bool, again: bool,
    retry_s: float, wanted: Outputs,
) -> int:  # fmt: skip
    """Judge one member's work in LAB (default: the lab that the roster names).

    \b
    Examples:
      cloudlab check be --as alice               the whole checklist
      cloudlab check be --as alice --step 1.1    only the build
      cloudlab check be --as alice --final       the cleanup too, after the lab
    """
    with Sessions() as sessions, stoppable(sessions):
        sessions.warm()
        # The server imports what it needs meanwhile.
        from pytest_cloudlab.assignment import assign
        from pytest_cloudlab.cli.show import judge_and_show
        from pytest_cloudlab.grading.assize import Assize
        from pytest_cloudlab.roster import find_roster, load_roster
        from pytest_cloudlab.standing import exit_code

        file = roster or find_roster(Path.cwd())
        the_lab, the_roster = load_roster(file, lab)
        data = file.resolve().parent / ".cloudlab"
        assize = Assize(assign(the_lab, the_roster, who), file, data, final, act, again, step, retry_s)
        card = judge_and_show(assize, sessions=sessions)
    wanted.write([card], data / "evidence", the_lab.title)
    return exit_code([card])

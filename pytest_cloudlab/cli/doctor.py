"""`cloudlab doctor`: whether this machine has what a lab needs."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

from pytest_cloudlab.cli.own_machines import own_machines
from pytest_cloudlab.cli.progress import say_if_slow
from pytest_cloudlab.doctor.document import document
from pytest_cloudlab.doctor.examination import Patient, examine
from pytest_cloudlab.doctor.table import lines
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.roster import FILES, load_roster

EPILOG = """\b
Exit codes:
  0  all that the lab needs is here
  1  something is missing or wrong; a line says what to do
  2  a file or an option is not as it has to be
  3  nothing is missing, but something could not be looked at"""


@click.command(epilog=EPILOG)
@click.argument("lab", required=False, default="")
@click.option("--roster", type=click.Path(path_type=Path), envvar="CLOUDLAB_ROSTER",
              help="The roster; default: cloudlab.toml or teams.toml here, if there is one.")  # fmt: skip
@click.option("--offline", is_flag=True, help="Ask nothing over the network.")
@click.option("--json", "to_json", is_flag=True, help="As JSON.")
def doctor(lab: str, roster: Path | None, offline: bool, to_json: bool) -> int:
    """Say what this machine has of what LAB needs, and how to mend what is missing.

    It draws the machines that lead here, with those of your own roster, and looks at the system, the tools,
    the browser, the credentials (that they are there, never what they are) and whether the lab's hosts
    answer. It changes nothing, and starts nothing.

    \b
    Examples:
      cloudlab doctor             for the lab of the roster here
      cloudlab doctor be          for a lab, before there is a roster
      cloudlab doctor --offline   without asking any host
    """
    with tempfile.TemporaryDirectory(prefix="cloudlab-doctor-") as known_hosts:
        patient = _patient(lab, roster, Path(known_hosts))
        examination = examine(patient, offline=offline, progress=say_if_slow)
    if to_json:
        click.echo(json.dumps(document(examination), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(lines(examination)))
    return examination.exit_code


def _patient(lab: str, roster: Path | None, known_hosts: Path) -> Patient:
    file = roster or next((Path(name) for name in FILES if Path(name).is_file()), None)
    if file is None:
        return Patient(load_lab(find_lab(lab))) if lab else Patient()
    folder = file.resolve().parent
    the_lab, the_roster = load_roster(file)
    if lab and find_lab(lab, beside=folder) != Path(the_lab.folder):
        # The roster's members have chosen for another lab; its course is the same people's all the same.
        the_lab = load_lab(find_lab(lab, beside=folder))
        return Patient(the_lab, the_roster.course, folder)
    return Patient(
        the_lab, the_roster.course, folder, machines=own_machines(the_lab, the_roster, known_hosts)
    )

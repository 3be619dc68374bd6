"""`cloudlab twin`: the local cloud."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from pytest_cloudlab.cli.progress import say
from pytest_cloudlab.cli.shell import shell
from pytest_cloudlab.cli.twin_fault import fault
from pytest_cloudlab.cli.twin_log import log
from pytest_cloudlab.cli.twin_state import STATE, running
from pytest_cloudlab.cli.twin_status import status
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import find_lab
from pytest_cloudlab.rehearsal.clients import BUCKET
from pytest_cloudlab.rehearsal.stage import BUCKET_FOLDER, repositories
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.inventory import inventory
from pytest_cloudlab.twin.state import Files

PROJECT = "cloudlab"


@click.group()
def twin() -> None:
    """The local cloud: the same APIs under the same names, with VMs that are containers.

    \b
    Examples:
      cloudlab twin up                           start it, or take it up again
      eval "$(cloudlab twin env)"                use it in this shell
      gcloud compute instances list
      cloudlab twin status                       what runs in it
      cloudlab twin log                          what your commands really asked
      cloudlab twin fault compute --status 503   let something go wrong
      cloudlab twin down                         remove it, and all that is in it
    """


@twin.command()
@STATE
@click.option("--project", help="The project that it has; default: cloudlab.")
@click.option(
    "--bucket",
    "buckets",
    multiple=True,
    metavar="NAME=DIR",
    help=f"A bucket, filled from a folder. Default: {BUCKET}, with the resources of the lab be.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="The proxy's port; default: a free one.")
def up(state: Path, project: str | None, buckets: tuple[str, ...], port: int | None) -> None:
    """Start the twin, or take up again the one that was there.

    A twin whose process has ended, be it by a crash or a shutdown, is taken up with all it had. Where one
    is up already, nothing is done. So after exit code 0 a twin is up, and it has what the options ask for;
    options that contradict the twin that is there are an error.

    Building its images takes about a minute, once.

    \b
    Examples:
      cloudlab twin up
      cloudlab twin up --project sdd2526 --bucket team-data=./data
      cloudlab twin up --state /tmp/other           a second one, beside the first
    """
    before, there = control.status(state), Files(state).settings.exists()
    filled = dict(_bucket(text) for text in buckets) or (None if there else {BUCKET: resources("be")})
    info = control.up(
        state,
        project=project or (None if there else PROJECT),
        buckets=filled,
        repositories=None if there else repositories(find_lab("be")),
        port=port or 0,
        progress=say,
    )
    where = f"project {info.project}, proxy on 127.0.0.1:{info.port}"
    if there:
        again = "is up already" if before == info else "is up again"
        click.echo(f"The twin {again}: {where}.")
        click.echo(f"In it: {inventory(info).summary}.")
    else:
        click.echo(f"The twin is up: {where}.")
    _tell_env(state)


@twin.command()
@STATE
def restart(state: Path) -> None:
    """End the twin's process and start it again. All that is in the twin stays.

    \b
    Example:
      cloudlab twin restart
    """
    info = control.restart(state, progress=say)
    click.echo(f"The twin is up again: project {info.project}, proxy on 127.0.0.1:{info.port}.")
    click.echo(f"In it: {inventory(info).summary}.")


def _tell_env(state: Path) -> None:
    click.echo(f'Use it in this shell: eval "$(cloudlab twin env --state {shlex.quote(str(state))})"')


def resources(lab: str) -> Path:
    """The folder that a lab fills its bucket from."""
    return find_lab(lab) / BUCKET_FOLDER


def _bucket(text: str) -> tuple[str, Path]:
    name, equals, folder = text.partition("=")
    if not equals or not Path(folder).is_dir():
        raise UsageError(f"--bucket {text!r}: expected NAME=DIR with a folder that exists")
    return name, Path(folder)


@twin.command()
@STATE
def env(state: Path) -> None:
    """Print what a shell needs to use the twin, as export lines for sh, bash and zsh.

    \b
    Example:
      eval "$(cloudlab twin env)"
    """
    for name, value in running(state).environment().items():
        click.echo(f"export {name}={shlex.quote(value)}")


@twin.command()
@STATE
def down(state: Path) -> None:
    """Stop the twin and remove its VMs, network, processes and files.

    Also those of one that was killed, and the VMs that are just booting.

    \b
    Example:
      cloudlab twin down
    """
    if not Files(state).settings.exists():
        click.echo(f"There is no twin in {state}.")
        return
    control.down(state)
    click.echo("The twin is down, and all that was in it is gone.")


for command in (status, log, fault, shell):
    twin.add_command(command)

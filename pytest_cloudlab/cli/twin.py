"""`cloudlab twin`: the local cloud."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from pytest_cloudlab.cli.progress import say
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import find_lab
from pytest_cloudlab.rehearsal.stage import BUCKET, BUCKET_FOLDER
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.state import Files

STATE = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="CLOUDLAB_TWIN",
    default=Path(".cloudlab/twin"),
    show_default=True,
    help="Folder of the twin's state: another folder is another twin.",
)


@click.group()
def twin() -> None:
    """The local cloud: the same APIs under the same names, with VMs that are containers.

    \b
    Example:
      cloudlab twin up
      eval "$(cloudlab twin env)"
      gcloud compute instances list
      cloudlab twin down
    """


@twin.command()
@STATE
@click.option("--project", default="cloudlab", show_default=True, help="The project that it has.")
@click.option(
    "--bucket", "buckets", multiple=True, metavar="NAME=DIR", help="A bucket, filled from a folder."
)
@click.option("--port", type=int, default=0, help="The proxy's port; default: a free one.")
def up(state: Path, project: str, buckets: tuple[str, ...], port: int) -> None:
    """Start the twin. Building its images takes about a minute, once."""
    filled = dict(_bucket(text) for text in buckets) or {BUCKET: resources("be")}
    info = control.up(state, project=project, buckets=filled, port=port, progress=say)
    click.echo(f"The twin is up: project {info.project}, proxy on 127.0.0.1:{info.port}.")
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
def status(state: Path) -> int:
    """Say whether the twin is up, and what runs in it. Exit code 1 when it is not."""
    info = control.status(state)
    if info is None:
        click.echo(f"No twin is up in {state}.")
        return 1
    click.echo(f"The twin is up: project {info.project}, proxy on 127.0.0.1:{info.port}, process {info.pid}.")
    return 0


@twin.command()
@STATE
def env(state: Path) -> None:
    """Print what a shell needs to use the twin: eval "$(cloudlab twin env)"."""
    info = control.status(state)
    if info is None:
        raise UsageError(f"no twin is up in {state}", remedy="Start it: cloudlab twin up")
    for name, value in info.environment().items():
        click.echo(f"export {name}={shlex.quote(value)}")


@twin.command()
@STATE
def down(state: Path) -> None:
    """Stop the twin and remove its VMs, network, processes and files."""
    if not Files(state).settings.exists():
        click.echo(f"There is no twin in {state}.")
        return
    control.down(state)
    click.echo("The twin is down, and all that was in it is gone.")

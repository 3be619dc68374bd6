"""`cloudlab twin shell`: a machine in the twin to work in, as in a codespace."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pytest_cloudlab.cli.progress import say
from pytest_cloudlab.cli.twin_state import STATE, running
from pytest_cloudlab.twin.shell import DEFAULT_NAME, opened

NO_SDK = "No Google Cloud SDK here, so no gcloud and gsutil in there; Docker, curl and Python work."


@click.command()
@STATE
@click.option(
    "--name", default=DEFAULT_NAME, show_default=True, help="Which one: each is a machine of its own."
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def shell(state: Path, name: str, command: tuple[str, ...]) -> int:
    """Enter a machine of the twin, or run COMMAND there and pass its exit code on.

    It is what a codespace is in the course: its own Docker engine, gcloud and gsutil if this machine has
    them, all of them turned to the twin. Made when first named, it keeps its files until the twin is down.

    \b
    Examples:
      cloudlab twin shell
      cloudlab twin shell --name alice
      cloudlab twin shell -- gcloud compute instances list
    """
    from pytest_cloudlab.twin.machine import sdk_folder

    info = running(state)
    machine = opened(info, name, progress=say)
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if sdk_folder() is None:
        click.echo(NO_SDK, err=True)
    if not command and terminal:
        click.echo(
            f"You are on {name}, a machine in the twin: Docker is its own, the project is {info.project}.\n"
            "It keeps your files until `cloudlab twin down`. Leave it with `exit`.",
            err=True,
        )
    return machine.run(command, terminal=terminal)

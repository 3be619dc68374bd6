"""Which twin is meant: an option that all of its commands have."""

from __future__ import annotations

from pathlib import Path

import click

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.state import Files, TwinInfo

STATE = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="CLOUDLAB_TWIN",
    default=Path(".cloudlab/twin"),
    show_default=True,
    help="Folder of the twin's state: another folder is another twin.",
)


def running(state: Path) -> TwinInfo:
    """The twin that runs there. Raises `UsageError` when none does."""
    info = control.status(state)
    if info is None:
        raise UsageError(f"no twin is up in {state}", remedy="Start it: cloudlab twin up")
    return info


def existing(state: Path) -> Files:
    """The files of the twin there, whether or not it runs. Raises `UsageError` when there is none."""
    files = Files(state.resolve())
    if not files.settings.exists():
        raise UsageError(f"there is no twin in {state}", remedy="Start one: cloudlab twin up")
    return files

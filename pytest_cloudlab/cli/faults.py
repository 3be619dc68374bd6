"""Faults of our own, kept apart from what a command finds: for both, Python itself would end with 1."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from pytest_cloudlab.errors import CloudlabError


def faults_are_told(command: Callable[..., int]) -> Callable[..., int]:
    """Ends `command` with 2 and a traceback when it raises what nobody foresaw."""

    @wraps(command)
    def told(**options: Any) -> int:
        try:
            return command(**options)
        except (CloudlabError, click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception:
            click.echo(traceback.format_exc(), err=True)
            click.echo("A fault of ours, not of what was looked at: nothing was found out.", err=True)
            return 2

    return told

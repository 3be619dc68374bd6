"""Progress on what takes long, in a terminal and in a log alike: a line each, to standard error."""

from __future__ import annotations

import click


def say(text: str) -> None:
    click.echo(f"  … {text}", err=True)

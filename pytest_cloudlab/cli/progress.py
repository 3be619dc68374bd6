"""Progress on what takes long, in a terminal and in a log alike: a line each, to standard error."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import click

SLOW_S = 2.0


def say(text: str) -> None:
    click.echo(f"  … {text}", err=True)


@contextlib.contextmanager
def say_if_slow(text: str, *, after_s: float = SLOW_S) -> Iterator[None]:
    """Say `text` once the block has taken longer than that."""
    timer = threading.Timer(after_s, say, (text,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()

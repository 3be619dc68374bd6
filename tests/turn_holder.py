"""Somebody else's turn, for tests of who has to wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_cloudlab.turns import turn


@contextmanager
def held_by_another(kind: str) -> Iterator[None]:
    """Another thread has the only turn at `kind` while this is open."""
    held, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with turn(kind, at_once=1, within_s=20):
            held.set()
            leave.wait(60)

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert held.wait(20)
        yield
    finally:
        leave.set()
        other.join()

"""Ctrl-C and SIGTERM: the first ends what runs, with the grace it has; the next one kills it."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_cloudlab.grading.engines import Engine

ENDING = "stopping: what sessions have set up is taken down; Ctrl-C again kills them"


@contextlib.contextmanager
def stoppable(sessions: Engine, tell: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Within, the first signal is a `KeyboardInterrupt`; the next kills the sessions whose end is awaited.

    `tell` is called when there are such sessions. It may interrupt a write, so it must use nothing that has a
    buffer or a lock.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python hears signals in its main thread only
        return
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        if stopped:
            sessions.kill()
            return
        stopped = True
        if sessions.busy:
            tell()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tell_stopping() -> None:
    """In a log."""
    with contextlib.suppress(OSError):
        os.write(2, f"  … {ENDING}\n".encode())

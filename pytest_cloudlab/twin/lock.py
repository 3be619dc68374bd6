"""One command at a time changes a twin's folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_cloudlab.errors import TimedOut, UsageError
from pytest_cloudlab.waiting import Deadline, NotYet, until

PATIENCE_S = 180
"""Building the images takes about a minute."""


@contextmanager
def alone(folder: Path, within_s: float = PATIENCE_S) -> Iterator[None]:
    """Nobody else is in here at the same time. The folder itself is what is locked; the kernel lets go of
    it when this process ends, however that happens.

    Raises FileNotFoundError when there is no such folder, and `UsageError` when it is not free in time.
    """

    def locked(_: Deadline) -> int:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever was in here may have removed it, and another may have made a new one.
            if os.path.samestat(os.fstat(handle), os.stat(folder)):
                return handle
        except BlockingIOError:
            pass
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        raise NotYet("another command is at work there")

    try:
        handle = until(locked, what=f"{folder} is free", within_s=within_s, longest_pause_s=0.1)
    except TimedOut:
        raise UsageError(
            f"Another command has been starting or ending the twin in {folder} for {within_s:g} s.",
            remedy="Wait for it, or end it.",
        ) from None
    try:
        yield
    finally:
        os.close(handle)

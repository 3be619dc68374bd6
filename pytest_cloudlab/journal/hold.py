"""A file that is held by at most one process, until that lets go or dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class Hold:
    def __init__(self, file: Path, descriptor: int) -> None:
        self._file = file
        self._descriptor = descriptor

    def let_go(self) -> None:
        os.close(self._descriptor)

    def remove(self) -> None:
        """Nobody will want it any more."""
        self._file.unlink(missing_ok=True)
        self.let_go()


def hold(file: Path) -> Hold | None:
    """None while somebody else holds it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Not inherited by what is started from here: the hold is this process's own.
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return Hold(file, descriptor)

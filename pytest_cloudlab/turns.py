"""Taking turns: how many of a kind this user's processes have in use at once on this machine."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_cloudlab.waiting import Deadline, NotYet, until

_mine = threading.local()


@contextmanager
def turn(kind: str, *, at_once: int, within_s: float) -> Iterator[None]:
    """Waits until fewer than `at_once` are in use. The kernel ends the turn of a process that dies.

    A thread that has a turn takes no second one: two that each want another's would wait for ever. Where no
    file can be kept, nobody waits.

    Raises `TimedOut`, which is nobody's mistake.
    """
    if getattr(_mine, kind, False):
        yield
        return

    def taken(_: Deadline) -> int | None:
        for number in range(at_once):
            try:
                return _locked(_folder() / f"{kind}-{number}")
            except BlockingIOError:
                continue
            except (OSError, RuntimeError):
                return None
        raise NotYet(f"all {at_once} that may be in use at once are")

    held = until(taken, what=f"a {kind} is free", within_s=within_s, longest_pause_s=0.5)
    setattr(_mine, kind, True)
    try:
        yield
    finally:
        setattr(_mine, kind, False)
        if held is not None:
            os.close(held)


def _locked(file: Path) -> int:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _folder() -> Path:
    """Raises `RuntimeError` for a user without a home."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "cloudlab" / "turns"

"""Processes told apart by id *and* start time, because the system hands ids out again."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def started(pid: int) -> int:
    """Clock ticks between boot and the start of that process; 0 when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    # The name stands in parentheses and may itself hold spaces and parentheses.
    fields = stat.rpartition(")")[2].split()
    return 0 if fields[0] == "Z" else int(fields[19])


def alive(pid: int, start: int) -> bool:
    return start != 0 and started(pid) == start


def die_with_parent() -> None:
    """For `preexec_fn`: the kernel ends this process when its parent ends, however that happens."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end(pid: int, start: int, number: signal.Signals) -> None:
    """Send a signal to that very process; nothing when it is gone."""
    if alive(pid, start):
        os.kill(pid, number)

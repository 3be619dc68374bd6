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
    fields = _stat(pid)
    return int(fields[19]) if fields else 0


def alive(pid: int, start: int) -> bool:
    return start != 0 and started(pid) == start


def session(leader: int) -> list[int]:
    """The processes of the session that this process, which may have ended, was the leader of."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    return [pid for pid in pids if (fields := _stat(pid)) and int(fields[3]) == leader]


def _stat(pid: int) -> list[str]:
    """The fields of `/proc/PID/stat` from the state on; none when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return []
    # The name stands in parentheses and may itself hold spaces and parentheses.
    fields = stat.rpartition(")")[2].split()
    # A zombie with threads that are still ending has its files and ports open.
    return [] if fields[0] in "ZX" and int(fields[17]) <= 1 else fields


def die_with_parent() -> None:
    """For `preexec_fn`: the kernel ends this process when its parent ends, however that happens."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end(pid: int, start: int, number: signal.Signals) -> None:
    """Send a signal to that very process; nothing when it is gone."""
    if alive(pid, start):
        os.kill(pid, number)

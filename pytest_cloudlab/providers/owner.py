"""Which process owns a resource, so that a sweep can tell a living run from a dead one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Owner:
    """A process, told apart from a later one that got the same number."""

    pid: int
    started: int
    """When it started, in clock ticks since the machine's boot; 0 where the system does not say."""
    place: str
    """The boot and the process namespace that `pid` counts in: in another container it means another."""

    @classmethod
    def current(cls) -> Owner:
        pid = os.getpid()
        return cls(pid, _started(pid) or 0, _place())

    @property
    def gone(self) -> bool:
        """True only when this process surely runs no more; an owner elsewhere may be alive."""
        if self.place != _place():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass  # it runs as somebody else
        started = _started(self.pid)
        return started is not None and started != self.started


def _started(pid: int) -> int | None:
    """The start of a running process; -1 for one that only waits to be reaped; None when unknown."""
    try:
        # The name in parentheses may itself hold spaces and parentheses.
        fields = (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return -1 if fields[0] in "ZX" else int(fields[19])


def _place() -> str:
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        namespace = str((PROC / "self/ns/pid").readlink())
    except OSError:
        return ""
    return f"{boot} {namespace}"

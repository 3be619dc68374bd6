"""What a process allows itself before it looks at a stranger's file. Linux only, as all of this package."""

from __future__ import annotations

import os
import re
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

BARRED = ("os.system", "os.exec", "os.fork", "os.posix_spawn", "pty.spawn", "subprocess.Popen", "socket.")
"""Audit events of starting programs and of networking."""


def held_bytes(what: str) -> int:
    """From the kernel's account of this process: `VmSize` (addresses), `VmRSS` or its peak, `VmHWM`.

    Not getrusage: its peak includes that of the process this one was started from.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    found = re.search(rf"^{what}:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) << 10 if found else 0


def allow_memory(more_bytes: int) -> None:
    """Let this process have `more_bytes` of addresses beyond those it has now."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = held_bytes("VmSize") + more_bytes
    resource.setrlimit(
        resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
    )


def lift_memory() -> None:
    """Take `allow_memory` back, for what is ours to load."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def allow_time(cpu_s: int, wall_s: float) -> None:
    """End this process when it has used `cpu_s` more, or `wall_s` from now even if nobody waits for it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(used.ru_utime + used.ru_stime) + 1 + cpu_s
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    signal.setitimer(signal.ITIMER_REAL, wall_s)


def write_nothing() -> None:
    """No file grows, and a crash leaves no core."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def start_nothing(when_tried: Callable[[str], None]) -> None:
    """End this process the moment it would start a program or open a socket; tell `when_tried` first.

    Whatever looks at files must never come to this. It is for the day that it does.
    """

    def watch(event: str, _: tuple[object, ...]) -> None:
        if event.startswith(BARRED):
            try:
                when_tried(event)
            finally:
                sys.stdout.flush()
                os._exit(0)

    sys.addaudithook(watch)

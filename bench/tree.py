"""What a command takes: wall time, and the memory and CPU time of all the processes that it starts."""

from __future__ import annotations

import contextlib
import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY_S = 2.0


@dataclass(frozen=True)
class Spent:
    wall_s: float
    cpu_s: float
    """User and system, of the process and of all that it waited for; what was killed is not in it."""
    peak_mb: float
    """The most that its processes had together at a moment looked at; what they share is counted once."""
    status: int
    out: str


def run(argv: Sequence[str], *, cwd: Path, every_s: float = EVERY_S) -> Spent:
    """Run it to its end, looking at its processes every `every_s`."""
    before, started = _cpu_s(), time.monotonic()
    with subprocess.Popen(
        argv, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        watch = _Watch(process.pid, every_s)
        watch.start()
        out, _ = process.communicate()
        watch.over.set()
        watch.join()
    return Spent(time.monotonic() - started, _cpu_s() - before, watch.peak_mb, process.returncode, out)


class _Watch(threading.Thread):
    def __init__(self, pid: int, every_s: float) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._every_s = every_s
        self.over = threading.Event()
        self.peak_mb = 0.0

    def run(self) -> None:
        while not self.over.wait(self._every_s):
            self.peak_mb = max(self.peak_mb, sum(map(pss_mb, [self._pid, *descendants(self._pid)])))


def descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*"):
        with contextlib.suppress(OSError):
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *descendants(child)]
    return found


def pss_mb(pid: int) -> float:
    """Its memory, with its share of what it has in common with others; nothing once it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

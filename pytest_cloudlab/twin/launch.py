"""The twin's process: starting it, and ending it with all that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from pytest_cloudlab.errors import TimedOut, UsageError
from pytest_cloudlab.twin import process
from pytest_cloudlab.twin.state import Files, TwinInfo
from pytest_cloudlab.waiting import Deadline, NotYet, until

END_S = 15
ORPHANS_S = 20
LOG_BYTES = 5_000_000
"""A longer log is begun anew at the next start."""


def start(files: Files, within_s: float) -> TwinInfo:
    """Start it on the settings that are there; returns when it answers. Raises `UsageError`, `TimedOut`."""
    too_long = files.log.exists() and files.log.stat().st_size > LOG_BYTES
    with files.log.open("wb" if too_long else "ab") as log:
        said_before = log.tell()
        child = subprocess.Popen(
            (sys.executable, "-m", "pytest_cloudlab.twin", "--state", str(files.folder)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # It outlives the terminal it was started from.
            start_new_session=True,
            cwd="/",
            env=_without_twin(),
        )

    def ready(_: Deadline) -> TwinInfo:
        if child.poll() is not None:
            said = _last_words(files.log, said_before)
            raise UsageError(f"The twin ended at once: {said or 'it said nothing.'}")
        # The file of the process before this one may still be there.
        if (info := files.read_info()) and info.pid == child.pid and info.alive:
            return info
        raise NotYet(_last_words(files.log, said_before) or "nothing in its log")

    try:
        info = until(ready, what="The twin answers", within_s=within_s, longest_pause_s=0.1)
    except (TimedOut, KeyboardInterrupt):
        child.kill()
        child.wait()
        raise
    # It is nobody's child to wait for any more.
    child.returncode = 0
    return info


def end(info: TwinInfo) -> None:
    """End that process, and see what it had started come to an end."""
    process.end(info.pid, info.pid_start, signal.SIGTERM)

    def ended(_: Deadline) -> None:
        if info.alive:
            raise NotYet(f"process {info.pid} runs")

    try:
        until(ended, what="The twin ends", within_s=END_S, longest_pause_s=0.1)
    except TimedOut:
        process.end(info.pid, info.pid_start, signal.SIGKILL)

    def alone(_: Deadline) -> None:
        if left := process.session(info.pid):
            raise NotYet(f"processes {left} run")

    try:
        # A `docker run` of a VM that was booting still makes its container, which must not be missed.
        until(alone, what="Its processes end", within_s=ORPHANS_S, longest_pause_s=0.1)
    except TimedOut:
        for pid in process.session(info.pid):
            process.end(pid, process.started(pid), signal.SIGKILL)


def _without_twin() -> dict[str, str]:
    """The environment of the new process: a twin that is itself behind a twin would serve nobody."""
    ours = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
    return {name: value for name, value in os.environ.items() if name not in ours}


def _last_words(log: Path, after: int) -> str:
    lines = log.read_bytes()[after:].decode(errors="replace").strip().splitlines() if log.exists() else []
    return " ".join(lines[-2:])

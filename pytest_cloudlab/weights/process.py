"""A process of one's own for a stranger's file: nothing of this one's environment, and an end in any case."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_cloudlab.errors import TimedOut, TooMuch
from pytest_cloudlab.waiting import Deadline

PIECE_BYTES = 64 << 10


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    status: int
    """As `subprocess` has it: negative for the signal that ended it."""
    stdout: bytes
    stderr: bytes

    @property
    def signal_name(self) -> str:
        """Of the signal that ended it; empty when none did."""
        if self.status >= 0:
            return ""
        try:
            return signal.Signals(-self.status).name
        except ValueError:
            return f"signal {-self.status}"


def run_alone(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], wall_s: float, max_bytes: int
) -> Ended:
    """Run `argv` in a process group of its own, of which nothing is left when this returns.

    Raises `TimedOut` after `wall_s`, and `TooMuch` when it writes more than `max_bytes` on either stream.
    """
    process = subprocess.Popen(
        argv,
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with process:
        try:
            said = _both(process, wall_s, max_bytes)
        finally:
            # Not waited for yet, so the number is still its group's.
            os.killpg(process.pid, signal.SIGKILL)
    return Ended(process.returncode, *said)


def _both(process: subprocess.Popen[bytes], wall_s: float, max_bytes: int) -> tuple[bytes, bytes]:
    """All of both streams, once the process has ended; it is not yet waited for."""
    deadline = Deadline.after(wall_s)
    said = {process.stdout: bytearray(), process.stderr: bytearray()}
    with selectors.DefaultSelector() as ready:
        for stream in said:
            assert stream is not None  # both are piped
            ready.register(stream, selectors.EVENT_READ, stream)
        while ready.get_map():
            for key, _ in ready.select(_left(deadline)):
                piece = os.read(key.fd, PIECE_BYTES)
                said[key.data] += piece
                if len(said[key.data]) > max_bytes:
                    raise TooMuch(f"a process wrote more than {max_bytes:,} bytes")
                if not piece:
                    ready.unregister(key.fileobj)
    while not os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
        time.sleep(min(0.005, _left(deadline)))
    return bytes(said[process.stdout]), bytes(said[process.stderr])


def _left(deadline: Deadline) -> float:
    if deadline.passed:
        raise TimedOut("a process took longer than its limit")
    return deadline.remaining_s()

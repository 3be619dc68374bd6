"""A tool asked for its version: bounded in time and in what it may say."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Sequence

from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.errors import CouldNotLook, TimedOut, TooMuch
from pytest_cloudlab.redaction import plain, redact

WITHIN_S = 15.0
MAX_BYTES = 64 * 1024


def said(argv: Sequence[str], machine: Machine, *, within_s: float = WITHIN_S) -> tuple[int, str]:
    """Exit code and what it wrote, errors included; it and its children end with the time.

    Raises `TimedOut`, `TooMuch`, or `CouldNotLook` when it cannot be started.
    """
    try:
        process = subprocess.Popen(
            argv,
            env=dict(machine.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=os.name != "nt",
        )
    except OSError as error:
        raise CouldNotLook(f"it does not start: {error.strerror}") from None
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(within_s, end)
    timer.start()
    try:
        assert process.stdout is not None
        with process.stdout as output:
            text = output.read(MAX_BYTES)
        if len(text) == MAX_BYTES:
            _kill(process)
        code = process.wait()
    finally:
        timer.cancel()
        timer.join()
        _kill(process)
    if len(text) == MAX_BYTES:
        raise TooMuch(f"it says more than {MAX_BYTES} bytes")
    if late.is_set():
        raise TimedOut(f"it has not answered within {within_s:g} s")
    return code, redact(plain(text.decode(errors="replace"), lines=True))


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)

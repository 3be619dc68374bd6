"""What one process writes, passed on to one client: as it comes, and up to the agreed end."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

READ_BYTES = 262_144
SAID_BYTES = 20_000
LAST_WORDS_S = 1.0
LOOK_S = 0.5
HELD_S = 0.05
"""What the end may have begun with is the port's own when so long nothing follows: the end comes in one."""
STALLED_S = 300.0
"""A client that takes nothing for so long has lost its connection."""


def pass_on(
    connection: socket.socket, process: subprocess.Popen[bytes], end: bytes, closing: Callable[[], bool]
) -> Literal["ended", "stopped", "silent", "left"]:
    """What a process writes, to the client. `ended`: with the agreed end; `silent`: without anything."""
    assert process.stdout
    source = process.stdout.fileno()
    begun, sent = b"", 0  # what the end may have begun with, and how much of it the client has
    silent = True
    readable = select.poll()
    readable.register(source, select.POLLIN)
    try:
        while True:
            # What the process started may hold its output open when it is gone.
            while not (ready := readable.poll((LOOK_S if sent == len(begun) else HELD_S) * 1000)):
                if process.poll() is not None:
                    break
                if closing():
                    return "left"
                _send(connection, begun[sent:])
                sent = len(begun)
            if not ready or not (heard := os.read(source, READ_BYTES)):
                break
            silent = False
            heard = begun + heard
            # The end's first byte occurs in it once: where the last one is, the end may have begun.
            at = heard.rfind(end[:1], max(0, len(heard) - len(end))) if end else -1
            if at < 0 or not end.startswith(heard[at:]):
                at = len(heard)
            if at:
                _send(connection, heard[sent:at])
                sent = 0
            begun = heard[at:]
            if end and begun == end:
                return "ended"
    except OSError:
        return "left"
    with suppress(OSError):
        _send(connection, begun[sent:])
    return "silent" if silent else "stopped"


def last_words(source: int) -> str:
    """What a process that is ending says on stderr."""
    said, until_s = b"", time.monotonic() + LAST_WORDS_S
    poll = select.poll()
    poll.register(source, select.POLLIN)
    while len(said) < SAID_BYTES and poll.poll(max(0, until_s - time.monotonic()) * 1000):
        more = os.read(source, SAID_BYTES)
        if not more:
            break
        said += more
    return said.decode("utf-8", "replace")


def _send(connection: socket.socket, data: bytes) -> None:
    """Send all of it, whether or not the process made the socket they share non-blocking."""
    left = memoryview(data)
    writable = select.poll()
    writable.register(connection, select.POLLOUT)
    while left:
        try:
            left = left[connection.send(left, socket.MSG_DONTWAIT) :]
        except BlockingIOError:
            if not writable.poll(STALLED_S * 1000):
                raise

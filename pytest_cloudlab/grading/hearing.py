"""One session heard to its end: what it tells while it runs, how it ended, and what it said besides."""

from __future__ import annotations

import os
import select
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.record import Brief
from pytest_cloudlab.redaction import plain, redact
from pytest_cloudlab.waiting import Deadline

if TYPE_CHECKING:
    from pytest_cloudlab.grading.sessions import Session, Sessions

GRACE_S = 15.0
"""For a session that was told to end: to close what it holds open."""
TAIL_BYTES = 64 << 10
TICK_S = 1.0


@dataclass(frozen=True)
class End:
    status: int
    said: str
    """The last of its output, redacted."""


Hearing = Generator[bytes | End, None, None]
"""The lines of a session's events as they come, and its end. A line is empty when nothing has come for a
moment, for a listener that has to look elsewhere meanwhile. Closing it ends the session."""


def hear(sessions: Sessions, assize: Assize, brief: Brief, deadline: Deadline) -> Hearing:
    """Start the member's session and hear it. Raises `TimeoutError` at the deadline."""
    with tempfile.TemporaryDirectory(prefix="cloudlab-") as scratch, tempfile.TemporaryFile() as output:
        file = Path(scratch) / "brief.json"
        brief.write(file)
        read_end, write_end = os.pipe()
        with os.fdopen(read_end, "rb", buffering=0) as events:
            try:
                session = sessions.start(
                    assize.arguments,
                    assize.own_arguments(file),
                    environment={
                        **os.environ,
                        "PYTEST_ADDOPTS": "",
                        "PYTEST_PLUGINS": "",
                        "PYTHONDONTWRITEBYTECODE": "1",
                    },
                    output=output.fileno(),
                    events=write_end,
                )
            finally:
                os.close(write_end)
            try:
                yield from _lines(events.fileno(), deadline)
                if not session.wait(deadline.remaining_s()):
                    raise TimeoutError
            finally:
                _ended(session)
        yield End(session.status, _tail(output))


def _ended(session: Session) -> None:
    """No session outlives who hears it."""
    session.end()
    session.wait(GRACE_S)


def _tail(output: IO[bytes]) -> str:
    output.seek(max(0, output.seek(0, os.SEEK_END) - TAIL_BYTES))
    return redact(plain(output.read().decode("utf-8", "replace"), TAIL_BYTES, lines=True))


def _lines(descriptor: int, deadline: Deadline) -> Iterator[bytes]:
    """Lines until the writer is gone. Raises `TimeoutError` at the deadline."""
    begun = b""
    while not deadline.passed:
        if not select.select([descriptor], [], [], min(TICK_S, deadline.remaining_s()))[0]:
            yield b""
            continue
        heard = os.read(descriptor, 65536)
        *whole, begun = (begun + heard).split(b"\n")
        yield from whole
        if not heard:
            return
    raise TimeoutError

"""Open SSH connections that many processes share, each over a control socket of its own."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pytest_cloudlab.targets.line import Line
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.waiting import Deadline

SESSIONS = 8
"""Of one connection: sshd allows 10 unless told otherwise, and the connection's own is one of them."""
LAST_WORDS_S = 0.5
SAID_BYTES = 20_000
LONGEST_FOLDER = 60
"""In characters: ssh puts 17 of its own behind a control socket's name."""


@dataclass
class _Master:
    line: Line
    control: str
    sessions: int = 0


class Masters:
    """Opens as many connections as are needed; one that has ended is replaced by the next use."""

    def __init__(
        self,
        open_one: Callable[[str], Line],
        *,
        why: Callable[[str], Lost],
        reopened: Callable[[Lost, float], None],
    ) -> None:
        """`open_one` opens a connection with its control socket at the path given. `reopened` is told what
        had happened, and the seconds that opening anew took."""
        self._open_one = open_one
        self._why = why
        self._reopened = reopened
        # Not below a long TMPDIR: a socket's path holds about 100 characters.
        below = "" if len(tempfile.gettempdir()) <= LONGEST_FOLDER else "/tmp"  # noqa: S108  # made safely
        self._folder = tempfile.TemporaryDirectory(prefix="cloudlab-", dir=below or None)
        self._lock = threading.Lock()
        self._masters: list[_Master] = []
        self._opened = 0
        self._refused_at = 0.0
        self._refusal: Lost | None = None
        self._missing: Lost | None = None
        """Why one was lost, until another is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        with self._lock:
            for master in self._masters:
                master.line.close(within_s=2)
            self._masters.clear()
            self._folder.cleanup()

    @contextmanager
    def session(self, *, limited: bool = True) -> Iterator[str]:
        """The control socket of a connection with room for one more. Raises `Lost`.

        What is not `limited` takes no session: passing a port on, for one.
        """
        master = self._with_room(limited)
        try:
            yield master.control
        finally:
            if limited:
                with self._lock:
                    master.sessions -= 1

    def _with_room(self, limited: bool) -> _Master:
        asked_at = time.monotonic()
        with self._lock:
            self._look()
            found = next((one for one in self._masters if not limited or one.sessions < SESSIONS), None)
            if found is None:
                # Who waited here while somebody else was turned down need not try again.
                if self._refusal and self._refused_at >= asked_at:
                    raise self._refusal
                found = self._open()
                self._masters.append(found)
            found.sessions += limited
            return found

    def _open(self) -> _Master:
        self._opened += 1
        started = time.monotonic()
        control = str(Path(self._folder.name) / str(self._opened))
        try:
            line = self._open_one(control)
        except Lost as lost:
            self._refusal, self._refused_at = lost, time.monotonic()
            raise
        missing, self._missing = self._missing, None
        if missing:
            self._reopened(missing, time.monotonic() - started)
        return _Master(line, control)

    def lost(self, *, within_s: float = 0) -> Lost | None:
        """Why one of them has ended and no other is open yet, if that is so or becomes so `within_s`."""
        deadline = Deadline.after(within_s)
        while True:
            with self._lock:
                self._look()
                if self._missing or deadline.passed:
                    return self._missing
            time.sleep(0.02)

    def said(self) -> str:
        """What those that are open have said on stderr."""
        with self._lock:
            for master in self._masters:
                while len(master.line.err) < SAID_BYTES and master.line.turn(Deadline.after(0)):
                    pass
            return "\n".join(map(_said, self._masters))

    def _look(self) -> None:
        """Take out those that have ended."""
        for master in [one for one in self._masters if not one.line.alive]:
            deadline = Deadline.after(LAST_WORDS_S)
            while master.line.turn(deadline) and not deadline.passed:
                pass
            said = _said(master)
            master.line.close()
            self._masters.remove(master)
            Path(master.control).unlink(missing_ok=True)
            self._missing = self._why(said)


def _said(master: _Master) -> str:
    return bytes(master.line.err[-SAID_BYTES:]).decode("utf-8", "replace")

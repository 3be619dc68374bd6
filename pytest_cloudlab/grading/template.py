"""A process that has collected a lab and forks its sessions, as the server that forked it sees it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time

from pytest_cloudlab.grading.forking import Forked, kill
from pytest_cloudlab.grading.messages import End, Ready, Start
from pytest_cloudlab.grading.stamps import stamps

READY_WITHIN_S = 5.0
"""Sessions that have waited for so long collect the lab themselves."""


class Template:
    def __init__(self, order: Start, line: socket.socket, pid: int) -> None:
        """`line` leads to the process `pid`, which serves whoever has an order like `order`."""
        self.line = line
        self.pid = pid
        self.waiting: list[Forked] = []
        """What it gets once it is ready."""
        self.sessions: set[int] = set()
        self.over = False
        """Whether it says nothing any more."""
        self.gone = False
        self._order = order
        self._due_s = time.monotonic() + READY_WITHIN_S
        self._ready: Ready | None = None

    @property
    def pending(self) -> bool:
        return self._ready is None and not self.over

    @property
    def of_no_use(self) -> bool:
        """Whether it never became ready: it is not tried again."""
        return self._ready is None and self.over

    def fits(self, order: Start) -> bool:
        """Whether a session that is forked from it is what `order` asks for."""
        if not order.alike(self._order):
            return False
        if self._ready is None:
            return True
        return not self.over and stamps(self._ready.folders, self._ready.stamps) == self._ready.stamps

    def take(self, wanted: Forked) -> None:
        if self._ready is None:
            self.waiting.append(wanted)
            return
        self.sessions.add(wanted.order.session)
        with contextlib.suppress(OSError):  # that it has died is heard on its line
            socket.send_fds(self.line, [wanted.order.packed()], [wanted.output, wanted.events])
        wanted.close()

    def is_ready(self, ready: Ready) -> None:
        self._ready = ready
        while self.waiting:
            self.take(self.waiting.pop(0))

    def end(self, order: End) -> None:
        with contextlib.suppress(OSError):
            self.line.send(order.packed())

    def leave(self) -> None:
        """Let it end its sessions and then itself."""
        if self.pending:
            self.die()
        with contextlib.suppress(OSError):
            self.line.shutdown(socket.SHUT_WR)

    def die(self) -> None:
        """Without grace for anybody; it kills its sessions first, if it has got so far."""
        if self.gone:
            return
        if self.pending:
            kill(self.pid)
        else:
            os.kill(self.pid, signal.SIGTERM)

    def die_when_overdue(self) -> None:
        if self.pending and time.monotonic() > self._due_s:
            self.die()

    def is_gone(self) -> None:
        """Its process has ended, and been collected."""
        self.gone = True
        with contextlib.suppress(OSError):  # what it said before is still heard
            self.line.shutdown(socket.SHUT_RDWR)

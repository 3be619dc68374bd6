"""Forks sessions, one for each order that comes over a socket of whole messages, and sees to their end."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from typing import NamedTuple

from pytest_cloudlab.grading.line import LONGEST_MESSAGE
from pytest_cloudlab.grading.messages import End, Ended, Start, told

GRACE_S = 10.0
"""For a session that was told to end: to take down its fixtures."""
TICK_S = 0.5


class Forked(NamedTuple):
    """What a process is for, with its descriptors."""

    order: Start
    output: int
    events: int

    def close(self) -> None:
        os.close(self.output)
        os.close(self.events)


Heard = Callable[[], Forked | None]


class Forking:
    """Serves until the other end of `line` is closed; then its sessions are ended."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._over = False
        self._selector = selectors.DefaultSelector()
        self._woken, self._wakes = socket.socketpair()
        self._sessions: dict[int, int] = {}
        """Process id -> session."""
        self._doomed: dict[int, float] = {}
        """Process id -> when its grace is over."""

    def serve(self) -> Forked | None:
        """None when it is over; and in every process that is forked meanwhile, what that one is for."""
        # A child's end wakes the selector up: the signal is written to a pipe.
        self._woken.setblocking(False)
        self._wakes.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakes.fileno())
        signal.signal(signal.SIGTERM, self._die)
        self._hear(self._line, self._listen)
        self._hear(self._woken, self._wake)
        while not self._over:
            for key, _ in self._selector.select(TICK_S if self._waiting else None):
                heard: Heard = key.data
                if forked := heard():
                    return forked
            self._look()
        self._leave()
        return None

    @property
    def _waiting(self) -> bool:
        """Whether something is due that nobody will say."""
        return bool(self._doomed)

    def _look(self) -> None:
        self._reap()
        self._kill_the_doomed()

    def _hear(self, line: socket.socket, heard: Heard) -> None:
        self._selector.register(line, selectors.EVENT_READ, heard)

    def _wake(self) -> None:
        self._woken.recv(4096)

    def _listen(self) -> Forked | None:
        message, descriptors, _, _ = socket.recv_fds(self._line, LONGEST_MESSAGE, 2)
        if not message:
            self._over = True
            return None
        order = told(message)
        if isinstance(order, Start):
            return self._start(Forked(order, *descriptors))
        self._end(order)
        return None

    def _start(self, wanted: Forked) -> Forked | None:
        return self._fork(wanted)

    def _fork(self, wanted: Forked) -> Forked | None:
        """In the process that is forked: `wanted`."""
        pid = os.fork()
        if pid == 0:
            self._let_go()
            return wanted
        wanted.close()
        self._sessions[pid] = wanted.order.session
        return None

    def _let_go(self) -> None:
        """In a process that was forked: what was here is its parent's."""
        signal.set_wakeup_fd(-1)
        for each in (self._line, self._woken, self._wakes, self._selector):
            each.close()

    def _end(self, order: End) -> None:
        self._doom([pid for pid, session in self._sessions.items() if session == order.session])

    def _doom(self, pids: list[int]) -> None:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):  # it has no group yet: the grace ends it
                os.killpg(pid, signal.SIGINT)
            self._doomed[pid] = time.monotonic() + GRACE_S

    def _kill_the_doomed(self) -> None:
        for pid, ends in self._doomed.items():
            if time.monotonic() > ends:
                kill(pid)

    def _die(self, *_: object) -> None:
        """No grace for anybody."""
        for pid in self._sessions:
            kill(pid)
        os._exit(1)

    def _reap(self) -> None:
        while True:
            try:
                # Looked at first: as long as it is not collected, its number is nobody else's.
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if found is None:
                return
            # What it left running in its group goes with it.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(found.si_pid, signal.SIGKILL)
            _, status = os.waitpid(found.si_pid, 0)
            self._doomed.pop(found.si_pid, None)
            self._ended(found.si_pid, os.waitstatus_to_exitcode(status))

    def _ended(self, pid: int, status: int) -> None:
        if pid in self._sessions:
            self._tell(self._sessions.pop(pid), status)

    def _tell(self, session: int, status: int) -> None:
        with contextlib.suppress(OSError):
            self._line.send(Ended(session, status).packed())

    def _leave(self) -> None:
        """End what is left, and wait for it."""
        self._selector.unregister(self._line)
        self._doom(list(self._sessions))
        while self._at_work:
            for key, _ in self._selector.select(TICK_S):
                key.data()
            self._look()

    @property
    def _at_work(self) -> bool:
        return bool(self._sessions)


def kill(pid: int) -> None:
    """A session with all of its group, or alone while it has none yet."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

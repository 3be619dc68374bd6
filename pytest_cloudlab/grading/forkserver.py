"""Starts sessions quickly: has imported what they need, and forks one for each request.

    python -P -m pytest_cloudlab.grading.forkserver DESCRIPTOR MODULE...

Spoken to over a socket of whole messages; see `pytest_cloudlab.grading.sessions`. When whoever started it is
gone, its sessions are ended, and then itself.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from pytest_cloudlab.grading.forked import PLUGIN, become
from pytest_cloudlab.grading.messages import LONGEST_MESSAGE, Ended, Start, told

GRACE_S = 10.0
"""For a session that was told to end: to take down its fixtures."""
PRELOADED = (
    "pytest",
    PLUGIN,
    "pytest_cloudlab.grading.session",
    "pytest_cloudlab.grading.variant",
    "pytest_cloudlab.fixtures",
)
AFTERWARDS = (
    "pdb",
    "testinfra.host",
    "pytest_cloudlab.targets.backend",
    "pytest_cloudlab.targets.ssh",
    "pytest_cloudlab.clouds.artifacts",
    "pytest_cloudlab.clouds.compute",
    "pytest_cloudlab.clouds.policy",
    "pytest_cloudlab.clouds.registry",
    "pytest_cloudlab.clouds.storage",
    "pytest_cloudlab.soup",
    "pytest_cloudlab.webpage",
)
"""What most sessions import sooner or later: the first, perhaps the only one, is not kept waiting for it."""


def main() -> None:
    descriptor, *modules = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us to handle
    preload((*PRELOADED, *_pytest_s_own(), *modules))
    with socket.socket(fileno=int(descriptor)) as line:
        Server(line).serve()


def preload(modules: Iterable[str]) -> None:
    for module in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    gc.freeze()  # what is here now is shared by all sessions, and no garbage of any


def _pytest_s_own() -> list[str]:
    """The modules of pytest's own plugins, which every session imports."""
    with contextlib.suppress(ImportError, AttributeError):
        return [f"_pytest.{name}" for name in importlib.import_module("_pytest.config").default_plugins]
    return []


class Server:
    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._served = self._prepared = False
        self._sessions: dict[int, int] = {}
        """Process id -> session."""
        self._doomed: dict[int, float] = {}
        """Process id -> when its grace is over."""

    def serve(self) -> None:
        # A child's end wakes the selector up: the signal is written to a pipe.
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(theirs.fileno())
        signal.signal(signal.SIGTERM, self._die)
        with selectors.DefaultSelector() as selector:
            selector.register(self._line, selectors.EVENT_READ)
            selector.register(ours, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select(0.5 if self._doomed else None):
                    if key.fileobj is ours:
                        ours.recv(4096)
                    elif not self._listen():
                        return self._leave()
                self._reap()
                self._kill_the_doomed()

    def _listen(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self._line, LONGEST_MESSAGE, 2)
        if not message:
            return False
        order = told(message)
        if isinstance(order, Start):
            self._start(order, *descriptors)
        else:
            self._end([pid for pid, session in self._sessions.items() if session == order.session])
        return True

    def _start(self, order: Start, output: int, events: int) -> None:
        if self._served and not self._prepared:
            self._prepare(Path(order.words[-1]))
        self._served = True
        pid = os.fork()
        if pid == 0:
            become(order.words, order.environment, order.folder, output, events)
        os.close(output)
        os.close(events)
        self._sessions[pid] = order.session

    def _prepare(self, lab: Path) -> None:
        """For the sessions that follow the first one."""
        from pytest_cloudlab.grading import rewritten
        from pytest_cloudlab.lab import offered_labs

        rewritten.prepare(lab)
        offered_labs()
        preload(AFTERWARDS)
        self._prepared = True

    def _end(self, pids: list[int]) -> None:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):  # it has no group yet: the grace ends it
                os.killpg(pid, signal.SIGINT)
            self._doomed[pid] = time.monotonic() + GRACE_S

    def _kill_the_doomed(self) -> None:
        for pid, ends in self._doomed.items():
            if time.monotonic() > ends:
                _kill(pid)

    def _die(self, *_: object) -> None:
        """No grace for anybody."""
        for pid in self._sessions:
            _kill(pid)
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
            ended = Ended(self._sessions.pop(found.si_pid), os.waitstatus_to_exitcode(status))
            with contextlib.suppress(OSError):
                self._line.send(ended.packed())

    def _leave(self) -> None:
        self._end(list(self._sessions))
        while self._sessions:
            self._reap()
            self._kill_the_doomed()
            time.sleep(0.05)


def _kill(pid: int) -> None:
    """A session with all of its group, or alone while it has none yet."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()

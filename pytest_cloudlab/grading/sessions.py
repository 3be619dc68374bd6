"""Sessions in processes of their own: started by a server that has everything imported, followed, ended."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.grading.line import LONGEST_MESSAGE, line

# Nothing heavy is imported before the server is started: it imports what it needs at the same time.
if TYPE_CHECKING:
    from pytest_cloudlab.grading.assize import Assize
    from pytest_cloudlab.grading.hearing import Hearing
    from pytest_cloudlab.grading.messages import End, Start
    from pytest_cloudlab.grading.record import Brief
    from pytest_cloudlab.waiting import Deadline

LOST = -1000
"""The status of a session whose server died, and it with the server."""
PRELOADED = {"gce": "google.cloud.compute_v1", "browser": "selenium.webdriver"}
"""By the extra that a lab needs, what its sessions would import one after the other."""
LEAVE_S = 15.0


@dataclass
class Session:
    number: int
    _server: _Server
    _over: threading.Event = field(default_factory=threading.Event)
    status: int = LOST

    def wait(self, within_s: float) -> bool:
        """Whether it ended in time; its `status` is known then."""
        return self._over.wait(within_s)

    def end(self) -> None:
        """As by Ctrl-C, so that its fixtures are taken down; killed when it takes too long."""
        if not self._over.is_set():
            self._server.end(self)


class Sessions:
    """Starts sessions. A context manager: leaving it ends those that are left.

    A server that died is replaced at the next start; what it had running is over, with status `LOST`.
    """

    def __init__(self, extras: Iterable[str] = ()) -> None:
        self._modules = [PRELOADED[extra] for extra in extras if extra in PRELOADED]
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._server: _Server | None = None
        self._closed = False

    def start(
        self,
        words: Sequence[str],
        own: Mapping[str, str],
        *,
        environment: Mapping[str, str],
        output: int,
        events: int,
    ) -> Session:
        """Start pytest with `words`, the lab's folder last, and with options of its `own`, in which
        `{events}` becomes the descriptor of its `events`.

        Raises `CouldNotLook` once these are closed.
        """
        with self._lock:
            server = self._serving()
            session = Session(next(self._numbers), server)
            server.start(session, words, own, environment, [output, events])
        return session

    def attend(self, assize: Assize, brief: Brief, deadline: Deadline) -> Hearing:
        """One member's session, as `pytest_cloudlab.grading.engines` has it."""
        # Late: a command warms these up before it imports anything else.
        from pytest_cloudlab.grading.hearing import hear

        return hear(self, assize, brief, deadline)

    def warm(self) -> None:
        """Let the server import what it needs, while whoever starts a session does other things first."""
        with self._lock:
            self._serving()

    def _serving(self) -> _Server:
        if self._closed:
            raise CouldNotLook("this run was stopped", remedy="Run it again.")
        if self._server and self._server.gone:
            self._server.close()
            self._server = None
        if self._server is None:
            self._server = _Server(self._modules)
        return self._server

    def close(self) -> None:
        """End those that are left, each with its grace, and the server."""
        with self._lock:
            self._closed = True
        if self._server:
            self._server.close()

    @property
    def busy(self) -> bool:
        """Whether any is running; safe in a signal handler."""
        return self._server is not None and bool(self._server.running)

    def kill(self) -> None:
        """Kill those that are left at once; safe in a signal handler."""
        if self._server:
            self._server.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server:
    def __init__(self, modules: Sequence[str]) -> None:
        ours, theirs = line()
        with theirs:
            self._process = subprocess.Popen(
                # -P: nothing of the folder that this is started in, a student's perhaps, is imported.
                (
                    sys.executable,
                    "-P",
                    "-m",
                    "pytest_cloudlab.grading.forkserver",
                    str(theirs.fileno()),
                    *modules,
                ),
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={**os.environ, "PYTEST_ADDOPTS": "", "PYTHONDONTWRITEBYTECODE": "1"},
                start_new_session=True,
            )
        self._line = ours
        self._lock = threading.Lock()
        self.running: dict[int, Session] = {}
        self.gone = self._used = False
        threading.Thread(target=self._listen, name="cloudlab-sessions", daemon=True).start()

    def start(
        self,
        session: Session,
        words: Sequence[str],
        own: Mapping[str, str],
        environment: Mapping[str, str],
        descriptors: list[int],
    ) -> None:
        from pytest_cloudlab.grading.messages import Start

        self._used = True
        with self._lock:
            if self.gone:
                session._over.set()
                return
            self.running[session.number] = session
        order = Start(session.number, list(words), dict(own), dict(environment), os.getcwd())
        self._send(order, descriptors)

    def end(self, session: Session) -> None:
        from pytest_cloudlab.grading.messages import End

        self._send(End(session.number))

    def _send(self, message: Start | End, descriptors: Sequence[int] = ()) -> None:
        with contextlib.suppress(OSError):  # it died this moment: the listener notices too
            socket.send_fds(self._line, [message.packed()], descriptors)

    def _listen(self) -> None:
        from pytest_cloudlab.grading.messages import Ended, said

        with contextlib.suppress(OSError):
            while heard := self._line.recv(LONGEST_MESSAGE):
                ended = said(heard)
                assert isinstance(ended, Ended)
                with self._lock:
                    session = self.running.pop(ended.session)
                session.status = ended.status
                session._over.set()
        with self._lock:
            self.gone = True
            left, self.running = list(self.running.values()), {}
        for session in left:
            session._over.set()

    def close(self) -> None:
        """End its sessions and then itself."""
        if not self._used:
            self._process.terminate()
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)
        try:
            self._process.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._line.close()

    def kill(self) -> None:
        self._process.terminate()

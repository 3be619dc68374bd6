"""A listener on this machine; every connection to it becomes one process that reaches the far port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass

from pytest_cloudlab.errors import CloudlabError
from pytest_cloudlab.targets.forwarded import Forwarded, lost_instead
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.targets.passing import STALLED_S, last_words, pass_on

_TURNED_AWAY = "kex_exchange_identification"
"""What ssh says when a server has too many connections opening at once; it has read nothing then."""
_PAUSES_S = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 0.0)


@dataclass(frozen=True)
class Way:
    """How connections are passed on."""

    argv: Callable[[], AbstractContextManager[Sequence[str]]]
    """What joins its stdin and stdout to the far port, for one connection. Entering may raise `Lost`."""
    lost: Callable[[str], Lost | None]
    """Why a connection did not end by itself, given what its process said; None when it did."""
    look: Callable[[float], Lost | None] = lambda _: None
    """Why the way itself is lost, if that shows within so many seconds."""
    end: bytes = b""
    """What is written behind all else when the far port has said its last; empty: the output just ends."""


@contextmanager
def listening(way: Way, *, cut: Callable[[], None] = lambda: None) -> Iterator[Forwarded]:
    """Yields the URL of a port on 127.0.0.1; each connection is joined to one process of `way.argv()`.

    What fails inside because the machine was lost raises that `Lost`, in place of what it was taken for.
    `cut` is called at the end, when a connection had to be ended from here.
    """
    forward = _Forward(way)
    try:
        with lost_instead(forward.why):
            yield forward.url
    finally:
        forward.close()
        if forward.cut and not forward.why():
            with suppress(CloudlabError):
                cut()


class _Forward:
    def __init__(self, way: Way) -> None:
        self._way = way
        self._lock = threading.Lock()
        self._closing = False
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._lost: Lost | None = None
        self.cut = False
        """Whether a connection was ended from here while its far side went on."""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = Forwarded(f"http://127.0.0.1:{self._listener.getsockname()[1]}", self.why)
        self._acceptor = threading.Thread(target=self._accept, name=f"forward {self.url}", daemon=True)
        self._acceptor.start()

    def why(self, within_s: float = 0) -> Lost | None:
        return self._lost or self._way.look(within_s)

    def close(self) -> None:
        """Refuse new connections, end the open ones, and wait until nothing of them is left."""
        with self._lock:
            self._closing = True
            processes, connections = list(self._processes), dict(self._connections)
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._listener.close()
        for process in processes:
            _kill(process)
        for thread, connection in connections.items():
            with suppress(OSError):  # else a client that takes nothing would be waited for
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except ConnectionAbortedError:  # the client's doing
                continue
            except OSError as error:
                if self._closing:
                    return
                # E.g. no more files may be open: that may pass, and the port must not fall silent.
                self._lost = Lost(f"This machine could not accept a connection to forward: {error}")
                time.sleep(_PAUSES_S[0])
                continue
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            with self._lock:
                if self._closing:
                    connection.close()
                    return
                try:
                    thread.start()
                except RuntimeError as error:  # no more threads
                    connection.close()
                    self._lost = Lost(f"This machine could not forward a connection: {error}")
                else:
                    self._connections[thread] = connection

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                for pause_s in _PAUSES_S:
                    try:
                        with self._way.argv() as argv:
                            if self._join(connection, argv):
                                break
                    except (Lost, OSError) as error:
                        if not self._closing:
                            self._lost = error if isinstance(error, Lost) else Lost(str(error))
                        break
                    time.sleep(pause_s)
        finally:
            with self._lock:
                self._connections.pop(threading.current_thread(), None)

    def _join(self, connection: socket.socket, argv: Sequence[str]) -> bool:
        """One process for the connection; False when it was turned away before it read anything."""
        # The process reads the socket itself, so the end of that direction reaches it with no help of
        # ours; the other direction is ours, because a process cannot end one direction of a socket alone.
        with self._lock:
            if self._closing:
                return True
            process = subprocess.Popen(
                argv,
                bufsize=0,
                stdin=connection.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
            self._processes.add(process)
        assert process.stdout
        assert process.stderr
        try:
            outcome = pass_on(connection, process, self._way.end, lambda: self._closing)
            if outcome == "left":
                self.cut = True
                return True
            told = outcome == "silent" or (self._way.end and outcome == "stopped")
            said = last_words(process.stderr.fileno()) if told else ""
            if outcome == "silent" and _TURNED_AWAY in said:
                return False
            lost = None
            if told and not self._closing:  # known before the client hears that it ended
                self._lost = (lost := self._way.lost(said)) or self._lost
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
            if outcome == "ended" or not self._way.end:
                process.wait(STALLED_S)  # the client may still have something to say
            if outcome != "ended" and not lost and not self._closing:
                self._lost = self._way.lost(said) or self._lost
        except subprocess.TimeoutExpired:
            self.cut = True
        finally:
            if process.poll() is None:
                self.cut = True
            process.stdout.close()
            process.stderr.close()
            _kill(process)
            process.wait()
            with self._lock:
                self._processes.discard(process)
        return True


def _kill(process: subprocess.Popen[bytes]) -> None:
    """It and what it started: it leads a group of its own."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

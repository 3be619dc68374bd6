"""A listener on this machine; every connection to it becomes one process that reaches the far port."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

_READ_BYTES = 262_144
_STALLED_S = 300.0
"""A client that takes nothing for so long has lost its connection."""


@contextmanager
def listening(argv: Callable[[], Sequence[str]]) -> Iterator[str]:
    """Yields the URL of a port on 127.0.0.1; each connection is joined to one process of `argv()`."""
    forward = _Forward(argv)
    try:
        yield forward.url
    finally:
        forward.close()


class _Forward:
    def __init__(self, argv: Callable[[], Sequence[str]]) -> None:
        self._argv = argv
        self._lock = threading.Lock()
        self._closing = False
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._threads: set[threading.Thread] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._acceptor = threading.Thread(target=self._accept, name=f"forward {self.url}", daemon=True)
        self._acceptor.start()

    def close(self) -> None:
        """Refuse new connections, end the open ones, and wait until nothing of them is left."""
        with self._lock:
            self._closing = True
            processes, threads = list(self._processes), list(self._threads)
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._listener.close()
        for process in processes:
            process.kill()
        for thread in threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            with self._lock:
                if self._closing:
                    connection.close()
                    return
                self._threads.add(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(_STALLED_S)
                self._join(connection)
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _join(self, connection: socket.socket) -> None:
        # The process reads the socket itself, so the end of that direction reaches it with no help of
        # ours; the other direction is ours, because a process cannot end one direction of a socket alone.
        with self._lock:
            if self._closing:
                return
            process = subprocess.Popen(
                self._argv(),
                bufsize=0,
                stdin=connection.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._processes.add(process)
        assert process.stdout
        try:
            with suppress(OSError):
                while heard := os.read(process.stdout.fileno(), _READ_BYTES):
                    connection.sendall(heard)
                connection.shutdown(socket.SHUT_WR)
                process.wait(_STALLED_S)
        except subprocess.TimeoutExpired:
            pass  # the far side is done, and the client neither ends nor sends
        finally:
            process.stdout.close()
            process.kill()
            process.wait()
            with self._lock:
                self._processes.discard(process)

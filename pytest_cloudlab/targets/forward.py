"""A listener on this machine; every connection to it becomes one process that reaches the far port."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

_READ_BYTES = 262_144
_STALLED_S = 300.0
"""A client that takes nothing for so long has lost its connection."""
_TURNED_AWAY = b"kex_exchange_identification"
"""What ssh says when a server has too many connections opening at once; it has read nothing then."""
_PAUSES_S = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 0.0)


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
                for pause_s in _PAUSES_S:
                    if self._join(connection):
                        break
                    time.sleep(pause_s)
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _join(self, connection: socket.socket) -> bool:
        """One process for the connection; False when it was turned away before it read anything."""
        # The process reads the socket itself, so the end of that direction reaches it with no help of
        # ours; the other direction is ours, because a process cannot end one direction of a socket alone.
        with self._lock:
            if self._closing:
                return True
            process = subprocess.Popen(
                self._argv(),
                bufsize=0,
                stdin=connection.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
            self._processes.add(process)
        assert process.stdout
        assert process.stderr
        silent = True
        try:
            with suppress(OSError):
                while heard := os.read(process.stdout.fileno(), _READ_BYTES):
                    silent = False
                    _send(connection, heard)
                if silent and _TURNED_AWAY in os.read(process.stderr.fileno(), _READ_BYTES):
                    return False
                connection.shutdown(socket.SHUT_WR)
                process.wait(_STALLED_S)
        except subprocess.TimeoutExpired:
            pass  # the far side is done, and the client neither ends nor sends
        finally:
            process.stdout.close()
            process.stderr.close()
            process.kill()
            process.wait()
            with self._lock:
                self._processes.discard(process)
        return True


def _send(connection: socket.socket, data: bytes) -> None:
    """Send all of it, whether or not the process made the socket they share non-blocking."""
    left = memoryview(data)
    writable = select.poll()
    writable.register(connection, select.POLLOUT)
    while left:
        try:
            left = left[connection.send(left, socket.MSG_DONTWAIT) :]
        except BlockingIOError:
            if not writable.poll(_STALLED_S * 1000):
                raise

"""Whether the relay delays by what it says: a byte sent and echoed over plain TCP, with and without it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.relay import delayed
from bench.samples import interleaved, median_between


@contextmanager
def echo_server() -> Iterator[int]:
    """Yields the port of a server that sends back what it gets, to one connection after another."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve(connection: socket.socket) -> None:
            with connection:
                while data := connection.recv(65_536):
                    connection.sendall(data)

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def echoes(connection: socket.socket) -> Callable[[], bytes]:
    """Send 100 bytes and wait for them."""

    def echo() -> bytes:
        connection.sendall(b"x" * 100)
        return connection.recv(100, socket.MSG_WAITALL)

    return echo


def calibration(round_trip_s: float, rounds: int = 25) -> str:
    """One line on what an echo takes directly and through the relay."""
    with (
        echo_server() as port,
        delayed(port, round_trip_s=round_trip_s) as far_port,
        socket.create_connection(("127.0.0.1", port)) as near,
        socket.create_connection(("127.0.0.1", far_port)) as far,
    ):
        for connection in (near, far):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        found = interleaved({"near": echoes(near), "far": echoes(far)}, rounds)
    direct, delayed_ms = median_between(found["near"])[0], median_between(found["far"])[0]
    own = delayed_ms - direct - round_trip_s * 1000
    return (
        f"The relay: a plain TCP echo takes {direct:.2f} ms without it and {delayed_ms:.2f} ms with it, "
        f"so beside the {round_trip_s * 1000:.0f} ms it adds {own:.2f} ms of its own (median of {rounds})."
    )

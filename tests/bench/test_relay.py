"""The relay that makes a loopback port far away: late by what was asked, and nothing lost."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from bench.distance import calibration, echo_server
from bench.relay import delayed

ROUND_TRIP_S = 0.06


@pytest.fixture(scope="module")
def far_port() -> Iterator[int]:
    with echo_server() as port, delayed(port, round_trip_s=ROUND_TRIP_S) as far:
        yield far


def test_an_echo_takes_the_round_trip(far_port: int) -> None:
    """No answer comes earlier than the distance allows."""
    with socket.create_connection(("127.0.0.1", far_port), timeout=20) as connection:
        for _ in range(3):
            started = time.monotonic()
            connection.sendall(b"hello")
            assert connection.recv(5, socket.MSG_WAITALL) == b"hello"
            assert time.monotonic() - started >= ROUND_TRIP_S


def test_what_is_under_way_together_arrives_together(far_port: int) -> None:
    """Chunks are delayed side by side: fifty, sent over 50 ms, do not wait for each other's delay."""
    with socket.create_connection(("127.0.0.1", far_port), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        started = time.monotonic()
        for _ in range(50):
            connection.sendall(b"0123456789")
            time.sleep(0.001)
        with connection.makefile("rb") as stream:
            assert stream.read(500) == b"0123456789" * 50
        assert time.monotonic() - started < 50 * ROUND_TRIP_S / 2


def test_bytes_keep_their_number_and_their_order(far_port: int) -> None:
    """Two megabytes come back as they were sent, and the end of one direction is passed on."""
    sent = bytes(range(256)) * 8192
    with socket.create_connection(("127.0.0.1", far_port), timeout=30) as connection:

        def send() -> None:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        with connection.makefile("rb") as stream:
            heard = stream.read()
        sender.join()
    assert heard == sent


def test_the_relay_ends_with_its_block() -> None:
    """Nothing listens there any more afterwards."""
    with echo_server() as port:
        with delayed(port, round_trip_s=0) as far:
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", far), timeout=5)


def test_the_calibration_names_the_delay_and_what_comes_on_top() -> None:
    """The benchmark can be held to its own instrument."""
    said = calibration(0.01, rounds=4)
    assert "beside the 10 ms it adds" in said
    assert "median of 4" in said

"""Several ports used at once, on this machine's own kernel: it is both ends of every tunnel."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from pytest_cloudlab.checks.homelab import together
from pytest_cloudlab.checks.homelab.together import arrived_together
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.sockets import Sockets, sockets
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.local import local


@pytest.fixture(autouse=True)
def without_long_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "PAUSE_S", 0.02)


@pytest.fixture
def here() -> Iterator[Target]:
    with local() as target:
        yield target


@pytest.fixture
def ports() -> Iterator[list[int]]:
    """Two that complete connections, and end them when their other side does."""
    with ExitStack() as stack:
        yield [stack.enter_context(server()) for _ in range(2)]


@contextmanager
def server() -> Iterator[int]:
    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=until_it_ends, args=(listener.accept()[0],), daemon=True).start()

    def until_it_ends(one: socket.socket) -> None:
        with one, suppress(OSError):
            one.recv(1)

    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        threading.Thread(target=serve, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def test_as_many_come_as_were_held(here: Target, ports: list[int]) -> None:
    """Twice, and never the same number."""
    found = arrived_together(here, here, ports)
    assert found.missing == ()
    assert len(found.opened) >= together.ROUNDS
    first, second = found.opened[:2]
    assert not set(first.values()) & set(second.values())
    assert all(len(set(each.values())) == len(ports) for each in found.opened)


def test_somebody_who_stays_connected_changes_nothing(here: Target, ports: list[int]) -> None:
    with socket.create_connection(("127.0.0.1", ports[0])):
        assert arrived_together(here, here, ports).missing == ()


def test_a_port_whose_connections_end_elsewhere_is_missing(
    here: Target, ports: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "ARRIVE_S", 0.5)
    seen = sockets

    def without_the_second(machine: Target) -> Sockets:
        now = seen(machine)
        other = [{p: n for p, n in each.items() if p != ports[1]} for each in (now.established, now.ending)]
        return Sockets(other[0], now.listening, other[1])

    monkeypatch.setattr(together, "sockets", without_the_second)
    assert arrived_together(here, here, ports).missing == (ports[1],)


def test_others_that_come_and_go_are_no_verdict(
    here: Target, ports: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "ARRIVE_S", 0.3)
    monkeypatch.setattr(together, "TRIES", together.ROUNDS)
    over = threading.Event()

    def visitor() -> None:
        visits: list[socket.socket] = []
        while not over.is_set():
            visits.append(socket.create_connection(("127.0.0.1", ports[1])))
            time.sleep(0.05)
        for each in visits:
            each.close()

    thread = threading.Thread(target=visitor)
    thread.start()
    try:
        with pytest.raises(CouldNotLook, match="come and go"):
            arrived_together(here, here, ports)
    finally:
        over.set()
        thread.join()


def test_a_port_where_nobody_listens_is_said(here: Target, ports: list[int]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    with pytest.raises(NotFound):
        arrived_together(here, here, [*ports, closed])

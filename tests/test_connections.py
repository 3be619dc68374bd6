"""Connections opened and followed, on this machine's own kernel."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from pytest_cloudlab import connections
from pytest_cloudlab.connections import End, held, listener, trace
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.sockets import Sockets, sockets
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.local import local


@pytest.fixture
def here() -> Iterator[Target]:
    with local() as target:
        yield target


@contextmanager
def server() -> Iterator[int]:
    """A port that completes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as open_one:
        yield open_one.getsockname()[1]


@contextmanager
def passing_on(to: int) -> Iterator[int]:
    """A port whose every connection becomes one to port `to`, for as long as it lasts, as a tunnel's does."""

    def join(near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", to)) as far:
            ended = False
            while not ended:
                ended = any(not one.recv(4096) for one in select.select([near, far], [], [])[0])

    def accept() -> None:
        with suppress(OSError):
            while True:
                thread = threading.Thread(target=join, args=(door.accept()[0],))
                thread.start()
                threads.append(thread)

    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0), backlog=100) as door:
        acceptor = threading.Thread(target=accept)
        acceptor.start()
        try:
            yield door.getsockname()[1]
        finally:
            door.shutdown(socket.SHUT_RDWR)
            acceptor.join()
            for thread in threads:
                thread.join()


def test_connections_are_held_and_let_go(here: Target) -> None:
    with server() as port:
        with held(here, port, 7):
            assert sockets(here).established[port] == 7
        deadline = time.monotonic() + 5
        while sockets(here).established.get(port) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert port not in sockets(here).established


def test_nobody_listening_is_found_and_not_lost(here: Target) -> None:
    with server() as port:
        pass
    with pytest.raises(NotFound, match=f"nothing listens on port {port}"), held(here, port, 3):
        pass


def test_a_listener_listens_as_long_as_it_is_asked_to(here: Target) -> None:
    """Connections to it are counted, and a port that is taken is not taken from who has it."""
    with server() as port, pytest.raises(CouldNotLook, match="in use"), listener(here, port):
        pass
    with listener(here, port):
        assert port in sockets(here).listening
        with held(here, port, 4):
            assert sockets(here).established[port] == 4
    assert port not in sockets(here).listening


def test_connections_are_followed_to_their_end(here: Target) -> None:
    with server() as far, passing_on(far) as door:
        trail = trace(here, door, [End(here, door), End(here, far)])
    assert trail.reached == (True, True)
    assert len(trail.opened) == 2
    assert trail.opened[0] != trail.opened[1]


def test_connections_that_end_elsewhere_are_seen_there(here: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the chain breaks is told by the first end that none of them reached."""
    monkeypatch.setattr(connections, "ARRIVE_S", 0.5)
    with server() as wanted, server() as other, passing_on(other) as door:
        trail = trace(here, door, [End(here, wanted), End(here, other)])
    assert trail.reached == (False, True)
    assert other in trail.instead


def test_connections_that_are_closed_at_once_have_arrived(here: Target) -> None:
    """A port that leads to nobody accepts and hangs up: the way to it is right all the same."""

    def hang_up() -> None:
        with suppress(OSError):
            while True:
                far.accept()[0].close()

    with socket.create_server(("127.0.0.1", 0), backlog=100) as far:
        thread = threading.Thread(target=hang_up)
        thread.start()
        port = far.getsockname()[1]
        try:
            with passing_on(port) as door:
                assert trace(here, door, [End(here, port)]).reached == (True,)
        finally:
            far.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_others_connections_make_it_try_again(here: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """A visitor who comes while ours are open spoils a try, and no verdict."""
    monkeypatch.setattr(connections, "ARRIVE_S", 0.5)
    real = connections._until
    calls = 0

    with ExitStack() as visits, server() as far, passing_on(far) as door:

        def visited(ends: list[End], before: list[Sockets], more: int) -> list[Sockets]:
            nonlocal calls
            calls += 1
            if calls == 1:
                visits.enter_context(socket.create_connection(("127.0.0.1", far)))
            return real(ends, before, more)

        monkeypatch.setattr(connections, "_until", visited)
        trail = trace(here, door, [End(here, far)])
    assert (trail.reached, len(trail.opened)) == ((True,), 3)


def test_endless_traffic_is_no_verdict(here: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ARRIVE_S", 0.2)
    real = connections._until
    with ExitStack() as visits, server() as far, passing_on(far) as door:

        def visited(ends: list[End], before: list[Sockets], more: int) -> list[Sockets]:
            if more:
                visits.enter_context(socket.create_connection(("127.0.0.1", far)))
            return real(ends, before, more)

        monkeypatch.setattr(connections, "_until", visited)
        with pytest.raises(CouldNotLook, match="come and go"):
            trace(here, door, [End(here, far)])

"""What a forward does alike on every kind of target: one suite, run over each."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from pytest_cloudlab.errors import CloudlabError, TargetLost
from pytest_cloudlab.targets import Lost, Target
from pytest_cloudlab.targets.forwarded import Forwarded
from pytest_cloudlab.waiting import NotYet, until
from tests.targets.conftest import KINDS
from tests.targets.ports import Ports, connect, program_of, rest, serve, talk
from tests.targets.sshd import Server

MUCH_BYTES = 100_000_000
SOON_S = 10.0
"""An end that takes longer is none."""
WHOLE = ("ssh", "codespace")
"""`ssh -W` and gh end a connection whole when the far port ends its direction; all else may go on."""

PROCESSES = ("local", "ssh", "ssh-through-ssh")
"""Killing one ends a shell there, and no machine; that an SSH server is killed is tested with its reasons."""

Doomed = tuple[Target, Callable[[], None]]


@pytest.fixture(scope="module")
def serving() -> Iterator[dict[str, tuple[Target, Ports]]]:
    started: dict[str, tuple[Target, Ports]] = {}
    yield started
    for target, ports in started.values():
        with suppress(CloudlabError):
            target.run("kill %s", ports.process)


@pytest.fixture
def ports(target: Target, kind: str, serving: dict[str, tuple[Target, Ports]]) -> Ports:
    """Servers on the target, the same for all tests."""
    if kind not in serving:
        serving[kind] = target, serve(target, program_of(kind))
    return serving[kind][1]


def test_fifty_connections_at_once(target: Target, ports: Ports) -> None:
    """All of fifty get their own answer."""
    with target.forward(ports.answer) as url, ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda number: talk(url, b"%d" % number), range(50)))
        assert url.lost is None
    assert [answer[64:] for answer in answers] == [b"%d" % number for number in range(50)]


def test_a_hundred_megabytes_both_ways(target: Target, ports: Ports) -> None:
    """They come back as they were sent, while they are being sent."""
    data = secrets.token_bytes(MUCH_BYTES)
    with target.forward(ports.echo) as url:
        heard = talk(url, data)
    assert len(heard) == MUCH_BYTES
    assert hashlib.sha256(heard).digest() == hashlib.sha256(data).digest()


def test_the_clients_end_comes_first(target: Target, ports: Ports) -> None:
    """The server answers only after it: half a close is passed on, and the other half stays open."""
    data = secrets.token_bytes(1_000_000)
    with target.forward(ports.answer) as url:
        answer = talk(url, data)
    assert answer[:64].decode() == hashlib.sha256(data).hexdigest()
    assert answer[64:] == data


def test_the_servers_end_comes_first(target: Target, kind: str, ports: Ports) -> None:
    """The client learns of it at once, and what it then sends still arrives."""
    data = secrets.token_bytes(1_000_000)
    with target.forward(ports.first) as url, connect(url) as connection:
        assert rest(connection) == b"bye"
        if kind in WHOLE:
            return
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        with target.forward(ports.recall) as told:
            until_s, heard = time.monotonic() + SOON_S, b"nothing"
            while heard == b"nothing" and time.monotonic() < until_s:
                heard = talk(told, b"")
    assert hashlib.sha256(heard).digest() == hashlib.sha256(data).digest()


def test_a_port_where_nobody_listens(target: Target) -> None:
    """The connection ends without a word, and that is not taken for a machine that was lost."""
    with target.forward(9) as url:
        with connect(url) as connection, suppress(ConnectionResetError):
            assert rest(connection) == b""
        assert url.lost is None
    with pytest.raises(AssertionError), target.forward(9):
        raise AssertionError("the check's own")


def test_a_closed_forward_leaves_nothing(target: Target, ports: Ports) -> None:
    """Open connections end with it, the port is closed, and no process stays, here or there."""
    with target.forward(ports.echo) as url:
        hanging = connect(url, 10)
        hanging.sendall(b"x")
        assert hanging.recv(1) == b"x"
    with hanging, suppress(ConnectionResetError):
        assert hanging.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        connect(url, 2)
    ours = ["ps", "-o", "args=", "--ppid", str(os.getpid())]
    left = subprocess.run(ours, capture_output=True, text=True).stdout
    assert f" {ports.echo}" not in left
    assert f":{ports.echo}" not in left
    look = f"cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c '[l]ocalhost {ports.echo}'"
    assert target.run(look).text == "0"


@pytest.mark.parametrize("kind", [one for one in KINDS if one not in PROCESSES], indirect=True)
def test_a_machine_that_dies_in_the_middle(doomed: Doomed, kind: str) -> None:
    """A command that runs there is lost. A client's connection ends, the next one ends soon too, and whoever
    forwards learns why."""
    target, kill = doomed
    port = serve(target).echo
    started = time.monotonic()

    def use() -> None:
        with ThreadPoolExecutor(1) as pool, target.forward(port) as url:
            running = pool.submit(target.run, "sleep 60", timeout_s=60)
            with connect(url, SOON_S) as connection:
                connection.sendall(b"x")
                assert connection.recv(1) == b"x"
                kill()
                with pytest.raises(TargetLost):
                    running.result()
                with suppress(ConnectionResetError):
                    assert rest(connection) == b""
            with suppress(ConnectionError), connect(url, SOON_S) as another:
                assert rest(another) == b""
            assert isinstance(url.lost, Lost)
            raise AssertionError("what a check would say of a page that is gone")

    with pytest.raises(TargetLost) as caught:
        use()
    assert time.monotonic() - started < 2 * SOON_S
    assert isinstance(caught.value.__cause__, AssertionError)


def lost(url: Forwarded) -> Lost:
    if found := url.lost:
        return found
    raise NotYet("nothing is lost")


@pytest.mark.parametrize("kind", ["ssh", "docker-through-ssh"], indirect=True)
@pytest.mark.docker
def test_the_connection_they_share_is_opened_again(target: Target, ports: Ports, server: Server) -> None:
    """It ends, and every connection over it; the next one goes over another."""
    with target.forward(ports.echo) as url:
        with connect(url, SOON_S) as connection:
            connection.sendall(b"x")
            assert connection.recv(1) == b"x"
            server.drop()
            with suppress(ConnectionResetError):
                assert rest(connection) == b""
        until(lambda _: lost(url), what="the loss is known", within_s=SOON_S)
        assert talk(url, b"again") == b"again"

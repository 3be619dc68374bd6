"""Each program that a machine may pass connections on with, on a machine that has only that one."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.targets import Lost, Target
from pytest_cloudlab.targets.local import local
from tests.targets.ports import Ports, connect, program_of, rest, serve, talk
from tests.targets.test_shells import NEEDED, folder_with

TOOLS = ("python3", "socat", "nc", "bash")


@pytest.fixture(scope="module")
def ports() -> Iterator[Ports]:
    with local() as here:
        made = serve(here, program_of("local"))
        yield made
        here.run("kill %s", made.process)


@pytest.fixture(params=TOOLS)
def tool(request: pytest.FixtureRequest) -> str:
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed")
    return str(request.param)


@pytest.fixture
def machine(tool: str, tmp_path: Path) -> Iterator[Target]:
    path = folder_with(tmp_path, *NEEDED, "timeout", "grep", tool)
    with Target("odd://", ("env", "-i", f"PATH={path}", "sh")) as target:
        yield target


def test_it_passes_on_what_is_sent_and_answered(machine: Target, ports: Ports) -> None:
    """Any bytes, any number of them, also those that an end begins with."""
    with machine.forward(ports.echo) as url:
        for data in (b"\0", b"\0\0" * 7, secrets.token_bytes(99_997) + b"\0ab", secrets.token_bytes(300_000)):
            with connect(url, 20) as connection:
                connection.sendall(data[:100_000])
                heard = b""
                while len(heard) < len(data[:100_000]):
                    heard += connection.recv(100_000)
                assert heard == data[:100_000]
        assert url.lost is None


@pytest.mark.parametrize("tool", [each for each in TOOLS if each != "bash"], indirect=True)
def test_it_passes_on_that_the_client_is_done(tool: str, machine: Target, ports: Ports) -> None:
    """And the answer that comes after it. bash has no way to say so."""
    if tool == "nc" and "-N" not in machine.run("nc -h 2>&1; true").text:
        pytest.skip("this nc has no -N")
    data = secrets.token_bytes(100_000)
    with machine.forward(ports.answer) as url:
        assert talk(url, data)[64:] == data
        assert url.lost is None


@pytest.mark.parametrize("tool", [each for each in TOOLS if each != "nc"], indirect=True)
def test_it_passes_on_that_the_server_is_done(machine: Target, ports: Ports) -> None:
    """At once; and what the client still has to say. OpenBSD's nc does not tell: it waits for the client."""
    with machine.forward(ports.first) as url, connect(url, 20) as connection:
        assert rest(connection) == b"bye"
        connection.sendall(b"one more thing")
        connection.shutdown(socket.SHUT_WR)
        with machine.forward(ports.recall) as told:
            until_s, heard = time.monotonic() + 10, b"nothing"
            while heard == b"nothing" and time.monotonic() < until_s:
                heard = _told(told)
    assert heard == b"one more thing"


def _told(url: str) -> bytes:
    with connect(url, 20) as connection:
        return rest(connection)


def test_a_port_where_nobody_listens_is_no_loss(machine: Target) -> None:
    """The program says that it is done; only one that was killed does not."""
    with machine.forward(9) as url:
        with connect(url, 20) as connection, suppress(ConnectionResetError):
            assert rest(connection) == b""
        assert url.lost is None


def test_a_program_that_was_killed_is_a_loss(machine: Target, ports: Ports) -> None:
    """Its connection ends, and the forward knows that it did not end by itself."""
    with machine.forward(ports.echo) as url, connect(url, 20) as connection:
        connection.sendall(b"x")
        assert connection.recv(1) == b"x"
        for words in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                if f"localhost\0{ports.echo}\0".encode() in words.read_bytes():
                    os.kill(int(words.parent.name), signal.SIGKILL)
        assert rest(connection) == b""
        until_s = time.monotonic() + 5
        while not url.lost and time.monotonic() < until_s:
            time.sleep(0.02)
        assert url.lost


def test_without_any_of_them(tmp_path: Path) -> None:
    """The machine lacks something, which says nothing about the port."""
    path = folder_with(tmp_path, *NEEDED, "timeout")
    with Target("odd://", ("env", "-i", f"PATH={path}", "sh")) as target:
        with pytest.raises(Lost, match="no program") as caught, target.forward(9):
            pass
        assert caught.value.reason == "tools"
        with pytest.raises(UsageError), target.forward(9, host="-x"):
            pass

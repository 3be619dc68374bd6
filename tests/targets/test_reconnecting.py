"""A connection that drops, or that a laptop slept through: what the next use of the machine does."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_cloudlab.errors import TargetLost
from pytest_cloudlab.reconnection import Reconnection
from pytest_cloudlab.targets import Target, channel, open_target
from tests.targets import sshd
from tests.targets.ports import connect, rest, serve, talk
from tests.targets.sshd import Server


def told_of(target: Target) -> list[Reconnection]:
    told: list[Reconnection] = []
    target.on_reconnection = told.append
    return told


def ssh_processes() -> list[int]:
    """Ours."""
    listed = subprocess.run(["pgrep", "-P", str(os.getpid()), "-x", "ssh"], capture_output=True, text=True)
    return [int(each) for each in listed.stdout.split()]


@pytest.fixture
def machine(server: Server) -> Iterator[Target]:
    with server.target() as target:
        yield target


def test_one_that_ended_while_nobody_used_it_hides_nothing(machine: Target, server: Server) -> None:
    """The next command runs over another, and that is told, once."""
    told = told_of(machine)
    machine.run("true")
    server.drop()
    time.sleep(0.3)
    assert machine.run("echo back").text == "back"
    assert machine.run("echo again").text == "again"
    (one,) = told
    assert one.address == machine.address
    assert one.why.endswith("ended while nobody used it.")
    assert 0 < one.took_s < 20


def test_one_that_drops_under_a_command_is_lost_and_then_told(machine: Target, server: Server) -> None:
    """Whether the command ran is not known, so it is never run twice; what comes next is."""
    told = told_of(machine)
    machine.run("true")
    with pytest.raises(TargetLost):
        machine.run(f"kill -9 {server_children(server)}; sleep 20")
    assert told == []
    assert machine.run("echo back").text == "back"
    assert [one.why for one in told] == [
        f"The connection to {machine.address} ended while a command ran there."
    ]


def server_children(server: Server) -> str:
    found = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True)
    return " ".join(found.stdout.split())


def test_one_that_says_another_word_without_end_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is always ready to be read, so no wait for its word ever ends by itself."""
    stopped = "(sleep 1; kill -STOP $$; exec yes no) & exec sh"
    with Target("odd://", ("sh", "-c", stopped, "sh")) as target:
        told = told_of(target)
        target.run("true")
        time.sleep(1.2)
        monkeypatch.setattr(channel, "IDLE_S", 0.0)
        assert target.run("echo back").text == "back"
        assert len(told) == 1


def test_one_that_sleeps_is_asked_for_a_word_first(machine: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process is there and answers nothing, as after a night with the lid closed: the command is not
    trusted to it, and runs over another within its own deadline."""
    told = told_of(machine)
    before = set(ssh_processes())
    machine.run("true")
    (process,) = set(ssh_processes()) - before
    monkeypatch.setattr(channel, "IDLE_S", 0.0)
    assert machine.run("echo awake").text == "awake"
    monkeypatch.setattr(channel, "WORD_S", 0.5)
    os.kill(process, signal.SIGSTOP)
    started = time.monotonic()
    assert machine.run("echo back", timeout_s=10).text == "back"
    assert time.monotonic() - started < 15
    assert ["stopped answering while nobody used it" in one.why for one in told] == [True]
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_what_is_left_running_there_drowns_no_word(machine: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much it has said in the meantime."""
    told = told_of(machine)
    machine.run("yes & echo hi")
    time.sleep(1)  # until no buffer takes more
    monkeypatch.setattr(channel, "IDLE_S", 0.0)
    assert machine.run("echo back").stdout == b"back\n"
    assert told == []


def test_a_short_sleep_loses_nothing(machine: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on where it was."""
    told = told_of(machine)
    before = set(ssh_processes())
    machine.run("true")
    (process,) = set(ssh_processes()) - before
    monkeypatch.setattr(channel, "IDLE_S", 0.0)
    os.kill(process, signal.SIGSTOP)
    waking = subprocess.Popen(["sh", "-c", f"sleep 1; kill -CONT {process}"])
    assert machine.run("echo back").text == "back"
    waking.wait()
    assert told == []


def test_closing_is_no_loss() -> None:
    """Who closed it and uses it again is told nothing."""
    with open_target("local://") as here:
        told = told_of(here)
        here.run("true")
        here.close()
        here.run("true")
    assert told == []


def test_a_forwards_shared_connection_is_told_of_too(machine: Target, server: Server) -> None:
    """Every connection over it ends; the next opens another."""
    told = told_of(machine)
    ports = serve(machine, shutil.which("python3") or "python3")
    with machine.forward(ports.echo) as url:
        with connect(url, 10) as connection:
            connection.sendall(b"x")
            assert connection.recv(1) == b"x"
            server.drop()
            with suppress(ConnectionResetError):
                assert rest(connection) == b""
        assert talk(url, b"again") == b"again"
        assert talk(url, b"more") == b"more"
    assert len(told) == 1
    machine.run("kill %s", ports.process)


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def far(tmp_path: Path) -> Iterator[tuple[Server, str]]:
    """An SSH server in a network of its own, and that network's name."""
    if sshd.missing() or not shutil.which("ip") or not shutil.which("iptables"):
        pytest.skip(sshd.missing() or "needs ip and iptables")
    name, net = f"cl{secrets.token_hex(4)}", f"198.18.{secrets.randbelow(256)}"
    try:
        ip("netns", "add", name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"needs network namespaces: {error.stderr!r}")
    try:
        ip("link", "add", f"{name}a", "type", "veth", "peer", "name", f"{name}b", "netns", name)
        ip("addr", "add", f"{net}.1/30", "dev", f"{name}a")
        ip("link", "set", f"{name}a", "up")
        ip("-n", name, "addr", "add", f"{net}.2/30", "dev", f"{name}b")
        ip("-n", name, "link", "set", f"{name}b", "up")
        server = sshd.start(tmp_path, f"{net}.2", ("ip", "netns", "exec", name))
        yield server, name
        server.stop()
    finally:
        ip("netns", "del", name)


def test_a_network_that_is_gone_is_noticed_within_the_commands_deadline(far: tuple[Server, str]) -> None:
    """No end arrives, only silence: a command's own limit and a few seconds are all it takes. Once the
    network is back, so is the machine."""
    server, network = far
    drop = ["netns", "exec", network, "iptables", "-w"]
    with server.target(connect_timeout_s=3) as machine:
        told = told_of(machine)
        machine.run("true")
        ip(*drop, "-I", "INPUT", "-j", "DROP")
        started = time.monotonic()
        with pytest.raises(TargetLost):
            machine.run("true", timeout_s=0.5)
        assert time.monotonic() - started < 0.5 + channel.GUARD_S + 2
        with pytest.raises(TargetLost):
            machine.run("true")
        ip(*drop, "-D", "INPUT", "-j", "DROP")
        assert machine.run("echo back").text == "back"
        assert len(told) == 1

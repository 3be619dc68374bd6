"""Why SSH did not let us look, told apart."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_cloudlab.errors import TargetLost, UsageError
from pytest_cloudlab.targets import Lost, Target
from pytest_cloudlab.targets.ssh import ssh, ssh_banner
from tests.targets import sshd
from tests.targets.ports import connect, rest


def lost(target: Target) -> Lost:
    with target, pytest.raises(TargetLost) as caught:
        target.run("true")
    assert isinstance(caught.value, Lost)
    assert caught.value.remedy
    return caught.value


def test_a_changed_host_key_is_refused(server: sshd.Server, tmp_path: Path) -> None:
    """Another key than the one on record is not trusted, even where new ones are."""
    wrong = tmp_path / "known hosts 50%"
    wrong.write_text(f"[127.0.0.1]:{server.port} {sshd.make_key(tmp_path / 'other')}\n")
    for trust in (False, True):
        error = lost(server.target(known_hosts=wrong, trust_new_host_keys=trust))
        assert error.reason == "host-key"
        assert "another host key" in error.message


def test_an_unknown_host_key_is_refused(server: sshd.Server, tmp_path: Path) -> None:
    """It is accepted only when asked for, and then remembered."""
    empty = tmp_path / "known_hosts"
    empty.touch()
    error = lost(server.target(known_hosts=empty))
    assert (error.reason, "not on record" in error.message) == ("host-key", True)
    with server.target(known_hosts=empty, trust_new_host_keys=True) as target:
        assert target.run("echo in").text == "in"
    with server.target(known_hosts=empty) as target:
        assert target.run("echo in").text == "in"


def test_the_alias_names_the_key_on_record(server: sshd.Server, tmp_path: Path) -> None:
    """With an alias, the key is looked up under it."""
    aliased = tmp_path / "known_hosts"
    aliased.write_text("compute.42 " + server.known_hosts.read_text().split(" ", 1)[1])
    with server.target(known_hosts=aliased, host_key_alias="compute.42") as target:
        assert target.run("echo in").text == "in"
    assert lost(server.target(known_hosts=aliased)).reason == "host-key"


def test_a_wrong_key_is_not_let_in(server: sshd.Server, tmp_path: Path) -> None:
    """A key that the machine does not know: `auth`."""
    sshd.make_key(tmp_path / "other")
    assert lost(server.target(key=tmp_path / "other")).reason == "auth"


def test_nothing_listens(server: sshd.Server) -> None:
    """A closed port: `refused`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert lost(server.target(port=port)).reason == "refused"
    assert not ssh_banner("127.0.0.1", port, 1)


def test_a_silent_port_times_out(server: sshd.Server) -> None:
    """A port that accepts and says nothing: `timeout`, and no banner."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert lost(server.target(port=port, connect_timeout_s=1)).reason == "timeout"
        assert not ssh_banner("127.0.0.1", port, 0.2)


def test_a_name_without_address(server: sshd.Server) -> None:
    """A host name that does not resolve: `dns`."""
    error = lost(ssh("no-such-host.invalid", known_hosts=server.known_hosts))
    assert error.reason == "dns"
    assert "no-such-host.invalid" in error.message


def test_a_banner_is_an_ssh_server(server: sshd.Server) -> None:
    """The server introduces itself; something else on the port does not count."""
    assert ssh_banner("127.0.0.1", server.port, 2)
    with socket.create_server(("127.0.0.1", 0)) as other:

        def greet() -> None:
            connection, _ = other.accept()
            with connection:
                connection.sendall(b"220 mail\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        assert not ssh_banner("127.0.0.1", other.getsockname()[1], 2)
        thread.join()


@pytest.mark.parametrize("host", ["-oProxyCommand=touch x", "a b", "", "a;b"])
def test_a_host_cannot_be_an_option(host: str) -> None:
    """What is no host name never reaches the command line."""
    with pytest.raises(UsageError):
        ssh(host)


@pytest.mark.parametrize(
    "settings", ["AllowTcpForwarding no", "PermitOpen 127.0.0.1:1", "DisableForwarding yes"]
)
def test_a_server_that_forbids_forwarding_is_no_missing_web_server(
    server: sshd.Server, tmp_path: Path, settings: str
) -> None:
    """What listens there cannot be said; the machine can still be used."""
    strict = sshd.start(tmp_path / "strict", settings=settings)
    try:
        with strict.target() as target, target.forward(server.port) as url:
            with connect(url, 20) as connection, suppress(ConnectionResetError):
                assert rest(connection) == b""
            assert isinstance(url.lost, Lost)
            assert url.lost.reason == "tools"
            assert "does not allow ports to be forwarded" in url.lost.message
            assert target.run("echo in").text == "in"
    finally:
        strict.stop()


def test_a_server_that_is_killed_while_a_port_is_forwarded(tmp_path: Path) -> None:
    """That a port beyond it had refused a connection before is not why."""
    doomed = sshd.start(tmp_path / "doomed")
    with doomed.target() as target, target.forward(9) as url:
        with connect(url, 20) as connection, suppress(ConnectionResetError):
            assert rest(connection) == b""
        assert url.lost is None
        doomed.drop()
        doomed.stop()
        with connect(url, 20) as connection, suppress(ConnectionResetError):
            assert rest(connection) == b""
        assert isinstance(url.lost, Lost)


def test_a_server_that_welcomes_without_end_is_given_up(tmp_path: Path) -> None:
    """Its words are not kept, and it does not hold anybody up."""
    rc = "#!/bin/sh\nyes welcome\n"
    (tmp_path / "talker").mkdir()
    (tmp_path / "talker" / "talk").write_text(rc)
    (tmp_path / "talker" / "talk").chmod(0o755)
    talker = sshd.start(tmp_path / "talker", settings=f"ForceCommand {tmp_path}/talker/talk")
    try:
        with talker.target() as target:
            with pytest.raises(Lost, match="opened no connection"), target.forward(9):
                pass
            with pytest.raises(Lost, match="without end"):
                target.run("true")
    finally:
        talker.stop()

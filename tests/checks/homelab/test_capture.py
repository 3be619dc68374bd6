"""Magic packets listened for on this machine, in place of a NAS: what passes, and who may listen."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.checks.homelab import capture
from pytest_cloudlab.checks.homelab.capture import Passed, card_towards, magic_packets
from pytest_cloudlab.errors import CouldNotLook, TargetLost
from pytest_cloudlab.magic_packet import REPEATS, SYNC, MagicPacket
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.local import local

MAC = "02:00:5e:10:00:01"
CARD = bytes.fromhex(MAC.replace(":", ""))


def may_listen() -> bool:
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
    except (AttributeError, OSError):
        return False
    return os.geteuid() == 0


pytestmark = pytest.mark.skipif(not may_listen(), reason="needs to be root on Linux, to see frames")


@pytest.fixture
def nas() -> Iterator[Target]:
    with local() as target:
        yield target


def send() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(SYNC + CARD * REPEATS, ("127.0.0.1", 9))


def script(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def test_what_passed_is_said_with_the_card_that_it_passed(nas: Target) -> None:
    """As soon as it is asked for, without waiting."""
    with magic_packets(nas) as heard:
        assert heard() == []
        send()
        packet = MagicPacket(MAC, False, 9)
        assert set(heard()) == {Passed(packet, "lo", True), Passed(packet, "lo", False)}


def test_the_card_towards_an_address_is_the_kernel_s_word(nas: Target) -> None:
    assert card_towards(nas, "127.0.0.1") == "lo"
    assert card_towards(nas, "") == card_towards(nas, "no address") == ""


def test_nothing_is_said_for_a_listener_that_has_ended(nas: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not that nothing has passed."""
    monkeypatch.setattr(capture, "_LISTEN", capture._LISTEN.replace("select.select", "sys.exit() #"))
    with magic_packets(nas) as heard, pytest.raises(TargetLost, match="stopped listening"):
        heard()


def test_nor_for_one_that_does_not_answer(nas: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the way there is cut, and nobody has noticed."""
    monkeypatch.setattr(capture, "_LISTEN", capture._LISTEN.replace("print('so far'", "dict(so='far'"))
    monkeypatch.setattr(capture, "ANSWER_S", 0.3)
    with magic_packets(nas) as heard, pytest.raises(TargetLost, match="stopped listening"):
        heard()


def test_it_ends_by_itself(nas: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"signal.alarm({capture.HELD_S})" in capture._LISTEN
    monkeypatch.setattr(capture, "_LISTEN", capture._LISTEN.replace(str(capture.HELD_S), "1"))
    with magic_packets(nas) as heard:
        heard()
        nas.run("sleep 1.5")
        with pytest.raises(TargetLost):
            heard()


@pytest.fixture
def somebody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the programs of a NAS's user lie, who is not root; returns the folder."""
    script(tmp_path / "bin", "id", "echo 1026")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return tmp_path / "bin"


def test_sudo_is_asked_for_python_alone(somebody: Path, nas: Target) -> None:
    """Apart from what its user has lying around."""
    asked = somebody / "asked"
    script(somebody, "sudo", f'echo "$1 $2 $3" > {asked}; [ "$2" = python3 ] || exit 1; shift; exec "$@"')
    with magic_packets(nas) as heard:
        send()
        assert heard()
    assert asked.read_text() == "-n python3 -I\n"


def test_who_may_not_listen_is_told_what_it_costs(somebody: Path, nas: Target) -> None:
    script(somebody, "sudo", "echo a password is required >&2; exit 1")
    with pytest.raises(CouldNotLook, match="a password is required") as caught, magic_packets(nas):
        pass
    assert "as mighty as root: take it back" in caught.value.remedy

"""A real SSH server knocked at by a real ssh: what it says in between counts for nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.checks.homelab.knocking import knock, needs_a_passphrase
from pytest_cloudlab.checks.homelab.place import Place
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.local import local
from pytest_cloudlab.targets.ssh import ssh_banner
from tests.targets import sshd

pytestmark = pytest.mark.skipif(bool(sshd.missing()), reason=sshd.missing())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[sshd.Server]:
    made = sshd.start(tmp_path / "sshd")
    yield made
    made.stop()


@pytest.fixture
def place(server: sshd.Server) -> Place:
    return Place(f"ssh://root@{server.host}:{server.port}", "root", server.host, server.port)


@pytest.fixture
def laptop(server: sshd.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    """Its ssh has the server's key on record, and the user's own where OpenSSH looks for it."""
    (tmp_path / "config").write_text(
        f"UserKnownHostsFile {server.known_hosts}\nIdentityFile {server.key}\nIdentitiesOnly yes\n"
    )
    (tmp_path / "bin").mkdir()
    client = tmp_path / "bin" / "ssh"
    client.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {tmp_path}/config "$@"\n')
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{client.parent}:{os.environ['PATH']}")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    with local() as target:
        yield target


Configure = Callable[..., None]


@pytest.fixture
def configure(server: sshd.Server) -> Configure:
    """Has the server read these lines before its own, and others after them."""

    def add(before: str, after: str = "") -> None:
        config = server.folder / "config"
        config.write_text(before + config.read_text() + after)
        server.process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        while not ssh_banner(server.host, server.port, 1):
            time.sleep(0.05)

    return add


def test_a_server_says_how_it_lets_people_in(laptop: Target, place: Place) -> None:
    answer = knock(laptop, place)
    assert (answer.key, answer.methods, answer.open) == ("known", ("publickey",), False)


@pytest.mark.parametrize("end", ["\n", "", "\r\ndebug1: "])
def test_a_banner_is_no_list_of_ways_in(
    laptop: Target, place: Place, configure: Configure, tmp_path: Path, end: str
) -> None:
    """Whatever it looks like, and wherever it ends."""
    forged = f"root@{place.host}: Permission denied (publickey)."
    (tmp_path / "banner").write_text(f"{forged}\nREMOTE HOST IDENTIFICATION HAS CHANGED\nssh: refused\n{end}")
    configure(f"Banner {tmp_path / 'banner'}\nPasswordAuthentication yes\n")
    assert knock(laptop, place).methods == ("publickey", "password")


def test_each_user_may_have_other_ways_in(laptop: Target, place: Place, configure: Configure) -> None:
    """What is offered to one says nothing of the others."""
    configure("PasswordAuthentication yes\n", "Match User root\nPasswordAuthentication no\n")
    assert knock(laptop, place).methods == ("publickey",)
    assert knock(laptop, place.of("cloudlab-nobody")).methods == ("publickey", "password")


def test_a_key_that_waits_for_its_passphrase_is_told_apart(
    laptop: Target, server: sshd.Server, place: Place, tmp_path: Path
) -> None:
    """From one that the server does not know, and from one that lets in."""
    assert not needs_a_passphrase(laptop, place.of("nobody-there"))
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "a secret", "-f", server.key], check=True)
    assert needs_a_passphrase(laptop, place)
    (server.folder / "authorized_keys").write_text(sshd.make_key(tmp_path / "other") + "\n")
    assert not needs_a_passphrase(laptop, place)

"""The scripts inside a machine: whose keys open it, and when it is up."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from pytest_cloudlab.twin.engine import EngineError, docker
from pytest_cloudlab.twin.machine import MACHINE_IMAGE
from pytest_cloudlab.twin.state import TwinInfo

pytestmark = pytest.mark.docker

KEY = "ssh-ed25519 AAAA someone's laptop"


@pytest.fixture(scope="module")
def guest(twin: TwinInfo) -> Iterator[str]:
    """A container of the image that has not booted."""
    name = f"guest-{secrets.token_hex(4)}"
    docker("run", "--detach", f"--name={name}", "--network=none", "--entrypoint=sleep", MACHINE_IMAGE, "900")
    yield name
    docker("rm", "--force", "--volumes", name)


def inside(name: str, script: str) -> list[str]:
    return docker("exec", name, "sh", "-ec", script).splitlines()


def give(name: str, keys: str) -> None:
    docker("exec", "--interactive", name, "cloudlab-accounts", stdin=keys.encode())


def test_keys_become_accounts_and_go_with_their_lines(guest: str) -> None:
    give(guest, f"  ada:{KEY} 1\r\nbob:{KEY} 2\n\nada:{KEY} 3")
    assert inside(guest, "cat ~ada/.ssh/authorized_keys") == [f"{KEY} 1", f"{KEY} 3"]
    assert inside(guest, "id -nG ada") == ["ada docker google-sudoers"]
    modes = inside(guest, "stat -c '%a %U' ~ada/.ssh ~ada/.ssh/authorized_keys")
    assert modes == ["700 ada", "600 ada"]
    give(guest, f"bob:{KEY} 2\n")
    assert inside(guest, "cat ~ada/.ssh/authorized_keys; id -u ada; cat ~bob/.ssh/authorized_keys")[1:] == [
        f"{KEY} 2"
    ]
    give(guest, "")
    assert inside(guest, "cat ~bob/.ssh/authorized_keys") == []


@pytest.mark.parametrize(
    "user",
    ["Ada", "a b", "../../etc", "$(touch /tmp/ran)", "`touch /tmp/ran`", "-x", "*", "é", "x" * 33, ""],
    ids=lambda user: user[:6] or "none",
)
def test_what_is_no_users_name_makes_none_and_does_no_harm(guest: str, user: str) -> None:
    before = inside(guest, "cat /etc/passwd")
    give(guest, f"{user}:{KEY}\n{user}\n:\n{user}:\n")
    assert inside(guest, "cat /etc/passwd; ls /tmp") == before


def test_a_name_that_cannot_be_an_account_leaves_the_others_theirs(guest: str) -> None:
    """`docker` is a group already, so it becomes no user."""
    give(guest, f"docker:{KEY}\neve:{KEY}\n")
    assert inside(guest, "cat ~eve/.ssh/authorized_keys") == [KEY]


def test_what_an_earlier_boot_said_does_not_make_it_ready(guest: str) -> None:
    inside(guest, "mkdir -p /run/cloudlab; echo 1 > /run/cloudlab/ready; : > /var/log/dockerd.log")
    with pytest.raises(EngineError):
        docker("exec", guest, "cloudlab-ready", "1")
    inside(guest, "cut -d ' ' -f 22 /proc/1/stat > /run/cloudlab/ready; cloudlab-ready 1")

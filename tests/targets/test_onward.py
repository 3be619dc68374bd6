"""A machine entered from another one: words survive every shell on the way, and failures are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.targets.docker import docker
from pytest_cloudlab.targets.local import local
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.targets.onward import NearLost, onward
from pytest_cloudlab.targets.ssh import ssh
from pytest_cloudlab.targets.target import Target
from tests.targets import sshd

WORDS = "two  words; $HOME 'quoted' \"twice\" `id` \\ *"
LIKE_SSH = ("sh", "-c", 'exec sh -c "$*"', "ssh", "sh")
"""Takes words as ssh does: joined by blanks, and read by a shell of the far side."""


def far() -> Target:
    return Target("far://", LIKE_SSH, quotings=1)


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_words_survive_every_shell_on_the_way(hops: int) -> None:
    """In the shared shell, and in a process of their own."""
    machine = far()
    for _ in range(hops):
        machine = onward(far(), machine)
    with machine:
        assert machine.run("printf %%s %s", WORDS).text == WORDS
        here = local()
        argv = machine.opening("printf", "%s", WORDS)
        with here:
            assert here.run(" ".join("%s" for _ in argv), *argv).text == WORDS


def test_it_is_opened_with_the_near_machine_s_own_client() -> None:
    machine = onward(docker("laptop"), ssh("home.example", user="alice", port=2222))
    assert machine.address == "docker://laptop/ssh://alice@home.example:2222"
    assert machine.argv[:6] == ("docker", "exec", "-i", "laptop", "ssh", "-T")
    assert machine.argv[-1] == "sh"


REFUSED = "ssh: connect to host home.example port 2222: Connection refused"


def talking(says: str, target: Target) -> Target:
    """One that cannot be opened, and whose client says that."""
    argv = ("sh", "-c", f"echo '{says}' >&2; exit 255", "sh")
    return Target(target.address, argv, quotings=target._quotings, explain=target._explain)


def test_what_the_far_machine_s_client_says_is_explained() -> None:
    machine = onward(local(), talking(REFUSED, ssh("home.example", port=2222)))
    with machine, pytest.raises(Lost) as lost:
        machine.run("true")
    assert lost.value.reason == "refused"


@pytest.mark.parametrize("hops", [0, 1])
@pytest.mark.parametrize(
    ("near", "says", "message"),
    [
        (docker("laptop"), "Error: No such container: laptop", "no container named laptop"),
        (ssh("laptop.example"), "alice@laptop.example: Permission denied (publickey).", "laptop.example"),
    ],
)
def test_a_near_machine_that_is_lost_is_no_fault_of_the_far_one(
    near: Target, says: str, message: str, hops: int
) -> None:
    """Though both may be SSH, and say the same words; wherever on the way it is."""
    machine = onward(talking(says, near), ssh("home.example", port=2222))
    for _ in range(hops):
        machine = onward(local(), machine)
    with machine, pytest.raises(Lost) as lost:
        machine.run("true")
    assert isinstance(lost.value, NearLost)
    assert lost.value.reason == "lost"
    assert message in lost.value.message
    assert "home.example" not in lost.value.message


def test_ssh_over_ssh_says_which_of_the_two_refused(server: sshd.Server, tmp_path: Path) -> None:
    """Even where an earlier connection to the near one is open still."""
    far = ssh("127.0.0.1", user="root", port=server.port, key=server.key, known_hosts=server.known_hosts)
    sshd.make_key(tmp_path / "other")
    stranger = server.target(key=tmp_path / "other")
    with onward(server.target(), far) as machine:
        assert machine.run("echo in").text == "in"
    with onward(server.target(), stranger) as machine, pytest.raises(Lost) as theirs:
        machine.run("true")
    assert theirs.value.reason == "auth"
    near = server.target(key=tmp_path / "near")
    (tmp_path / "near").write_bytes(server.key.read_bytes())
    (tmp_path / "near").chmod(0o600)
    with near:
        near.run("true")
        (tmp_path / "near").write_bytes((tmp_path / "other").read_bytes())
        with onward(near, far) as machine, pytest.raises(Lost) as ours:
            machine.run("true")
    assert isinstance(ours.value, NearLost)
    assert ours.value.message.startswith(near.address)

"""Machines that hang, die, refuse: each costs its own member a verdict, and nobody a point."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.model import Verdict
from pytest_cloudlab.waiting import NotYet, until
from tests.targets import sshd

from .classroom import classroom
from .machines import Machine

pytestmark = [
    pytest.mark.skipif(bool(sshd.missing()), reason=sshd.missing()),
    pytest.mark.xdist_group("faults of machines"),
]
CONFTEST = """
from pathlib import Path

import pytest

from pytest_cloudlab.targets import open_target


@pytest.fixture
def where(assignment):
    return assignment.member.targets


@pytest.fixture
def vm(machines, where):
    return machines.get(
        where["vm"],
        lambda: open_target(
            where["vm"], key=where["key"], known_hosts=Path(where["known"]), connect_timeout_s=2
        ),
    )
"""
CHECKS = '''
def test_answers(vm):
    """Your machine answers."""
    assert vm.run("true").exit_status == 0, "it does not run commands"


def test_does(vm, where):
    """Your program ends well."""
    assert vm.run(where.get("does", "true"), timeout_s=2).exit_status == 0, "your program failed"


def test_has(vm):
    """Your machine has users."""
    assert "root" in vm.read("/etc/passwd").decode(), "there is no user root"
'''
MEMBERS = ("alice", "frank", "hangs", "stops", "dies", "refuses", "denies")
PASSED, FAILED, INCONCLUSIVE = Verdict.PASSED, Verdict.FAILED, Verdict.INCONCLUSIVE


@pytest.fixture
def vms(tmp_path: Path) -> Iterator[dict[str, Machine]]:
    made = {name: Machine(sshd.start(tmp_path / "vms" / name)) for name in MEMBERS}
    yield made
    for one in made.values():
        one.kill()


def test_each_trouble_of_a_machine_is_told_in_one_sentence(tmp_path: Path, vms: dict[str, Machine]) -> None:
    """One hangs from the start, one in the middle of a command, one is killed there, one refuses, one does
    not let us in. Nobody fails for it, the others are judged, and all is made good by the next run."""
    under_way = tmp_path / "under-way"
    does = {
        "frank": "false",
        "stops": "kill -STOP $(ps -o ppid= -p $(ps -o ppid= -p $PPID)); sleep 1",
        "dies": f"touch {under_way}; sleep 2",
    }
    room = classroom(
        tmp_path,
        CHECKS,
        {name: vms[name].target | ({"does": does[name]} if name in does else {}) for name in MEMBERS},
        conftest=CONFTEST,
    )
    vms["hangs"].hang()
    vms["refuses"].kill()
    authorized = vms["denies"].server.folder / "authorized_keys"
    public = authorized.read_text()
    authorized.write_text("")
    killer = threading.Thread(target=kill_when, args=(under_way, vms["dies"]))
    killer.start()
    sittings = room.judge()
    killer.join()

    assert not [one.problem for one in sittings if one.problem]
    found = room.found()
    assert found["alice"] == dict.fromkeys(("answers", "does", "has"), (PASSED, ""))
    assert found["frank"]["does"] == (FAILED, "your program failed")
    said = {
        "hangs": ("answers", "does not answer."),
        "stops": ("does", "stopped answering: no end of a command after 7 s."),
        "dies": ("does", "ended while a command ran there."),
        "refuses": ("answers", "refuses the connection: nothing there answers SSH on that port."),
        "denies": ("answers", "answers SSH but does not let this user in with this key."),
    }
    for name, (check, sentence) in said.items():
        verdict, message = found[name][check]
        assert (verdict, message.count("\n")) == (INCONCLUSIVE, 0), message
        assert vms[name].address in message
        assert message.endswith(sentence)
        assert FAILED not in {verdict for verdict, _ in found[name].values()}
    assert {found[name]["has"][0] for name in ("hangs", "refuses", "denies")} == {INCONCLUSIVE}
    assert found["dies"]["answers"] == (PASSED, "")  # seen before

    authorized.write_text(public)
    for name in said:
        vms[name].back()
    rewritten = room.roster.read_text().replace(does["stops"], "true").replace(does["dies"], "true")
    room.roster.write_text(rewritten)
    room.judge()
    after = room.verdicts()
    assert after.pop("frank")["does"] == "failed"
    assert {verdict for ones in after.values() for verdict in ones.values()} == {"passed"}


def kill_when(under_way: Path, machine: Machine) -> None:
    def begun(_: object) -> None:
        if not under_way.exists():
            raise NotYet("the command has not begun")

    until(begun, what="a command", within_s=60, longest_pause_s=0.05)
    machine.kill()

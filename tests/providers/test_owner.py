from __future__ import annotations

import dataclasses
import os
import subprocess

from pytest_cloudlab.providers.owner import Owner
from pytest_cloudlab.waiting import NotYet, until


def test_this_process_is_not_gone() -> None:
    """The owner of what runs now is a living one."""
    assert not Owner.current().gone


def test_a_number_that_another_process_got_is_no_living_owner() -> None:
    """A living process with the same number but another start is not the owner."""
    current = Owner.current()
    assert dataclasses.replace(current, started=current.started - 1).gone


def test_a_process_that_ended_is_gone_before_and_after_it_is_reaped() -> None:
    """A killed process is gone while its parent has not looked yet, and after."""
    with subprocess.Popen(["sleep", "60"]) as process:
        owner = _owner_of(process.pid)
        assert not owner.gone
        process.kill()

        def dead(_: object) -> None:
            if not owner.gone:
                raise NotYet("alive")

        until(dead, what="a killed process is gone", within_s=10)
        process.wait()
    assert owner.gone


def test_an_owner_elsewhere_may_be_alive() -> None:
    """A number counted in another container, or before a restart, says nothing about processes here."""
    assert not dataclasses.replace(Owner.current(), pid=2**22, place="another boot").gone
    assert dataclasses.replace(Owner.current(), pid=2**22).gone


def _owner_of(pid: int) -> Owner:
    with open(f"/proc/{pid}/stat") as stat:
        started = int(stat.read().rpartition(")")[2].split()[19])
    return Owner(pid, started, Owner.current().place)


def test_the_owner_is_this_process() -> None:
    """A fork is an owner of its own."""
    assert Owner.current().pid == os.getpid()

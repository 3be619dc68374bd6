"""Where this runs, drawn with the machines of the roster."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_cloudlab.chain import Chain, Evidence, Hop
from pytest_cloudlab.cli import own_machines as own
from pytest_cloudlab.cli.own_machines import own_machines
from pytest_cloudlab.doctor import chain
from pytest_cloudlab.doctor.chain import Survey, own_hop
from pytest_cloudlab.doctor.examination import Examination
from pytest_cloudlab.doctor.finding import Finding, State
from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.doctor.place import Hop as Step
from pytest_cloudlab.doctor.place import Place
from pytest_cloudlab.doctor.table import lines
from pytest_cloudlab.errors import CloudlabError, NotFound
from pytest_cloudlab.providers import codespace
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.local import local
from pytest_cloudlab.targets.lost import Lost
from tests.doctor.conftest import write
from tests.labs import LAB, write_lab

LAPTOP = Place((), False)
CODESPACE = Place((Step("a GitHub codespace", "codespace", "CODESPACES"),), False)


def raising(error: CloudlabError) -> Callable[[], Target]:
    def opener() -> Target:
        raise error

    return opener


def names(hops: tuple[Hop, ...]) -> list[str]:
    return [hop.name for hop in hops]


def test_nothing_is_opened_where_nothing_is_named(
    machine: Machine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This machine is read from its files alone: that takes no time."""
    monkeypatch.setattr(chain, "local", lambda: pytest.fail("a shell was opened"))
    write(root, "/proc/sys/kernel/hostname", "desk\n")
    write(root, "/etc/machine-id", "0123456789abcdef\n")
    here = Survey({}).finish(LAPTOP, machine).hops
    assert names(here) == ["your own computer"]
    assert here[0].evidence == Evidence(hostname="desk", machine_id="0123456789abcdef")


def test_inside_a_codespace_the_computer_before_it_is_drawn(machine: Machine) -> None:
    assert names(Survey({}).finish(CODESPACE, machine).hops) == ["your computer", "a GitHub codespace"]


def test_the_codespace_that_one_is_in_is_drawn_once(machine: Machine) -> None:
    """And the laptop of the roster stands before it, in place of a computer without a name."""
    openers = {"codespace": local, "laptop": raising(Lost("no answer", reason="timeout"))}
    drawn = Survey(openers).finish(CODESPACE, machine)
    assert names(drawn.hops) == ["laptop", "a GitHub codespace"]
    assert drawn.hops[1].ended == "you are here; in the roster it is the codespace"
    assert drawn.hops[0].lost == "no answer"


def test_what_does_not_exist_yet_is_not_drawn(machine: Machine) -> None:
    openers = {
        "codespace": raising(Lost("it is Shutdown", reason="stopped")),
        "vm": raising(NotFound("no VM")),
    }
    drawn = Survey(openers).finish(LAPTOP, machine)
    assert names(drawn.hops) == ["your own computer", "codespace"]
    assert drawn.hops[1].lost == "it is Shutdown"


def test_a_machine_that_does_not_answer_takes_no_longer(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "WITHIN_S", 0.3)
    waiting = threading.Event()

    def opener() -> Target:
        waiting.wait(20)
        return local()

    started = time.monotonic()
    drawn = Survey({"vm": opener}).finish(LAPTOP, machine)
    waiting.set()
    assert time.monotonic() - started < 10
    assert "no answer within" in drawn.hops[1].lost


def test_a_machine_that_opens_and_says_nothing_takes_no_longer(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target connects when it is first used; a codespace's may take a minute and a half."""
    monkeypatch.setattr(chain, "WITHIN_S", 0.3)
    silent = Target("odd://", ("sh", "-c", "sleep 20", "sh"), open_timeout_s=20)
    started = time.monotonic()
    drawn = Survey({"vm": lambda: silent}).finish(LAPTOP, machine)
    assert time.monotonic() - started < 10
    assert "no answer within" in drawn.hops[1].lost


@pytest.mark.parametrize("address", ["gh://waffle", "ssh://cs.waffle.main", "ssh://root@cs.waffle.main:22"])
def test_a_codespace_is_asked_of_github_first(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever way it is entered: entering one that is stopped would start it."""
    monkeypatch.setenv("GH_TOKEN", "0123")
    asked: list[str] = []

    def attach(github: object, name: str) -> Target:
        asked.append(name)
        raise Lost("it is Shutdown", reason="stopped")

    monkeypatch.setattr(codespace, "attach", attach)
    with pytest.raises(Lost):
        own._open(address)
    assert asked == ["waffle"]


def test_a_library_that_breaks_is_no_crash(machine: Machine) -> None:
    def opener() -> Target:
        raise RuntimeError("secret")

    assert Survey({"vm": opener}).finish(LAPTOP, machine).hops[1].lost == "RuntimeError"


def test_the_table_draws_it_in_80_columns(machine: Machine) -> None:
    hostile = own_hop(LAPTOP, machine)
    hop = Hop("vm", Evidence(hostname="\x1b[31m" + "x" * 300), lost="y " * 300)
    examination = Examination(None, CODESPACE, tuple(chain_findings()), True, Chain((hostile, hop)))
    shown = "\n".join(lines(examination))
    assert "\x1b" not in shown
    assert "▼\n    ? vm  could not be looked at: y y" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())


def chain_findings() -> list[Finding]:
    return [Finding("place", "here", State.FACT, "a codespace")]


NAMES = '\n[names]\ninstance = "knots-{member}"\n'
PARAMETERS = """
import msgspec

class Names(msgspec.Struct, frozen=True):
    instance: str

class Parameters(msgspec.Struct, frozen=True):
    names: Names
"""
OWN = """
lab = "{lab}"
{me}

[course]
project = "harbour"
zones = ["europe-west1-b"]
ssh_user = "student"

[[team]]
id = "sailors"

[[team.member]]
id = "alice"
name = "Alice"
rope = "red"
unties = "blue"
targets = {{ codespace = "local://", laptop = "docker://{{member}}" }}

[[team.member]]
id = "bob"
name = "Bob"
rope = "blue"
unties = "red"
"""


@pytest.mark.parametrize(("me", "found"), [('me = "alice"', {"codespace", "laptop", "vm"}), ("", set())])
def test_only_a_students_own_roster_names_machines(tmp_path: Path, me: str, found: set[str]) -> None:
    """And the VM is the one that the lab has agreed a name of."""
    lab = write_lab(tmp_path, {"parameters.py": PARAMETERS}, toml=LAB + NAMES)
    file = tmp_path / "cloudlab.toml"
    file.write_text(OWN.format(lab=lab, me=me))
    the_lab, roster = load_roster(file)
    machines = own_machines(the_lab, roster, tmp_path)
    assert set(machines) == found
    if found:
        assert machines["laptop"]().address == "docker://alice"

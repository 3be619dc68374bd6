"""What single checks say of what they are shown: machines are stood in for, nothing is started."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_cloudlab.chain import Evidence
from pytest_cloudlab.chain.document import read
from pytest_cloudlab.checks.tunnels import (
    hops,
    test_100_codespace,
    test_200_vm,
    test_500_preview,
)
from pytest_cloudlab.checks.tunnels.preview import Seen
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.targets import Lost, Result, Target
from pytest_cloudlab.targets.codespace_ports import Port

OWN, OTHER = (f"ssh-ed25519 {letter * 68}" for letter in "AB")


class Machine:
    """Answers a command that holds one of these words, and nothing to all others."""

    def __init__(self, answers: dict[str, Result] | None = None) -> None:
        self.answers = answers or {}
        self.address = "stub://"

    def run_many(self, commands: list[str], **limits: Any) -> list[Result]:
        return [Result(1, b"", b"no tables")] * len(commands)

    def run(self, command: str, *args: str, **limits: Any) -> Result:
        return next((said for word, said in self.answers.items() if word in command), Result(0, b"", b""))


class Measured(dict[str, Any]):
    def __call__(self, **values: Any) -> None:
        self.update(values)


def evidence(number: int) -> Evidence:
    return Evidence(f"host-{number}", "", str(number), f"n{number}", (f"n{number}",))


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, CouldNotLook]:
    """Machines that are lost; all others are told apart."""
    lost: dict[str, CouldNotLook] = {}

    def identify(machines: dict[str, Target]) -> dict[str, Evidence | CouldNotLook]:
        return {name: lost.get(name, evidence(at)) for at, name in enumerate(machines)}

    monkeypatch.setattr(hops, "identify", identify)
    return lost


def door(seen: str, *, outside: bool = True) -> Measured:
    """The check of the VM's door, where the codespace's scan shows `seen`."""
    measured = Measured()
    instance = SimpleNamespace(id="1", zone="z", external_ip="203.0.113.7")
    codespace = Machine(
        {"ssh-keyscan": Result(0, seen.encode(), b""), "curl": Result(0 if outside else 6, b"", b"")}
    )
    vm = Machine({"ssh_host": Result(0, OWN.encode(), b"")})
    test_200_vm.test_codespace_sees_the_door_of_your_vm(
        cast(Any, instance),
        cast(Target, Machine()),
        cast(Target, codespace),
        cast(Target, vm),
        cast(Any, measured),
    )
    return measured


def test_the_door_is_known_by_its_key() -> None:
    assert door(f"203.0.113.7 {OWN}\n203.0.113.7 {OTHER}")["keys_of_the_vm"] == 1
    with pytest.raises(AssertionError, match="has not your VM's host key"):
        door(f"203.0.113.7 {OTHER}")


def test_a_door_that_is_silent_is_closed_if_anything_else_answers() -> None:
    """Where nothing does, it is the codespace that gets nowhere."""
    with pytest.raises(AssertionError, match="no SSH server answers your codespace"):
        door("")
    with pytest.raises(CouldNotLook, match="nothing else outside either"):
        door("", outside=False)


def test_the_witness_is_asked_in_words_that_a_shell_takes() -> None:
    subprocess.run(["sh", "-n", "-c", test_200_vm.WITNESS], check=True)
    assert "%" not in test_200_vm.WITNESS


def test_a_laptop_that_is_lost_decides_nothing_about_the_door(told: dict[str, CouldNotLook]) -> None:
    """It is drawn as lost; a codespace that is lost does decide, and is drawn too."""
    told["laptop"] = Lost("it sleeps")
    chain = read(door(f"x {OWN}")["chain"])
    assert chain
    assert [hop.lost for hop in chain.hops] == ["it sleeps", "", ""]
    told["codespace"] = Lost("it is gone")
    with pytest.raises(Lost, match="it is gone"):
        door(f"x {OWN}")


def test_a_port_that_could_not_be_asked_is_drawn() -> None:
    """And so is a machine that was lost before any port was asked."""
    measured = Measured()
    machine = cast(Target, Machine())
    with pytest.raises(CouldNotLook, match="no tables"):
        hops.require_leads(
            hops.look_at({"codespace": machine, "vm": machine}, cast(Any, measured)),
            {"codespace": 8888, "vm": 8888},
            {"codespace": hops.said_at("codespace", 8888, cast(Any, None), {"codespace": machine})},
            cast(Any, measured),
        )
    chain = read(measured["chain"])
    assert chain
    assert "no tables" in chain.hops[0].lost
    assert chain.hops[1].evidence.hostname == "host-1"


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("Shutdown", NotFound),
        ("ShuttingDown", NotFound),
        ("Starting", Lost),
        ("Provisioning", Lost),
        ("Failed", Lost),
        ("Unavailable", Lost),
    ],
)
def test_only_a_codespace_that_was_stopped_is_the_members_to_start(state: str, kind: type[Exception]) -> None:
    """One that GitHub is starting, or that is out of order, is nobody's fault."""
    with pytest.raises(kind) as caught:
        enter(Lost(f"it is {state}", reason="stopped"), state)
    assert caught.type is kind


def test_a_laptop_that_is_stopped_is_not_a_codespace(told: dict[str, CouldNotLook]) -> None:
    told["laptop"] = Lost("the pod was stopped", reason="stopped")
    with pytest.raises(Lost):
        enter(None, "Shutdown")


def enter(lost: Lost | None, state: str) -> None:
    class Request:
        def getfixturevalue(self, name: str) -> Any:
            if name == "codespace" and lost:
                raise lost
            return SimpleNamespace(state=state) if name == "github_codespace" else Machine()

    test_100_codespace.test_codespace_is_another_machine(
        cast(Target, Machine()), cast(Any, Request()), cast(Any, Measured())
    )


@pytest.mark.parametrize(
    ("wanted", "shown", "fails"),
    [("private", False, False), ("private", True, True), ("org", True, True), ("public", True, False)],
)
def test_a_preview_that_answers_anybody_is_not_private(
    wanted: str, shown: bool, fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever GitHub says of it."""
    port = Port(8888, wanted, browse_url="https://x-8888.app.github.dev")
    monkeypatch.setattr(test_500_preview, "forwarded", lambda name, number: port)
    monkeypatch.setattr(test_500_preview, "look", lambda *_: Seen(shown, 200, ""))
    parameters = SimpleNamespace(
        preview=SimpleNamespace(visibility=wanted), ports=SimpleNamespace(codespace=8888)
    )
    words = (
        cast(Target, Machine()),
        "x",
        cast(Any, SimpleNamespace(parameters=parameters)),
        cast(Any, Measured()),
    )
    if fails:
        with pytest.raises(AssertionError, match="answers anybody"):
            test_500_preview.test_preview_is_as_private_as_agreed(*words)
    else:
        test_500_preview.test_preview_is_as_private_as_agreed(*words)

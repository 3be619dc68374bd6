"""Whether a desktop is on, by what its home says: who could not look says nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_cloudlab.checks.homelab import sleeping
from pytest_cloudlab.checks.homelab.knocking import Answer, Key
from pytest_cloudlab.checks.homelab.place import Place
from pytest_cloudlab.checks.homelab.sleeping import answers_ssh, awake_within, card_of, replies
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.local import local

DESKTOP = Place("ssh://home.example:2222", "", "home.example", 2222)
NAS = Place("ssh://home.example:2223", "", "home.example", 2223)
AT, MAC, ANOTHER = "192.0.2.7", "02:00:5e:10:00:01", "02:00:5e:10:00:02"
NOBODY: Any = None


def answer(key: Key, silence: str = "") -> Answer:
    return Answer(key, (), False, "", silence)


KNOWN, OTHER, SILENT, NAMELESS = answer("known"), answer("other"), answer("", "timeout"), answer("", "dns")
Knocks = Callable[..., None]


@pytest.fixture
def knocks(monkeypatch: pytest.MonkeyPatch) -> Knocks:
    """Has the desktop answer as told, one after another and the last one ever after, and the NAS likewise."""

    def told(*desktop: Answer, nas: Answer = KNOWN) -> None:
        left = list(desktop)

        def knock(_: Target, place: Place) -> Answer:
            if place == NAS:
                return nas
            return left.pop(0) if len(left) > 1 else left[0]

        monkeypatch.setattr(sleeping, "knock", knock)

    return told


def test_who_answers_is_awake_and_who_does_not_twice_sleeps(knocks: Knocks) -> None:
    """If the NAS answers in between."""
    knocks(KNOWN)
    assert answers_ssh(NOBODY, DESKTOP, NAS)
    knocks(SILENT)
    assert not answers_ssh(NOBODY, DESKTOP, NAS)
    knocks(SILENT, KNOWN)
    assert answers_ssh(NOBODY, DESKTOP, NAS)


@pytest.mark.parametrize(
    ("desktop", "nas"),
    [
        ((SILENT,), SILENT),
        ((SILENT,), OTHER),
        ((NAMELESS,), KNOWN),
        ((SILENT, NAMELESS), KNOWN),
        ((OTHER,), KNOWN),
        ((SILENT, OTHER), KNOWN),
    ],
)
def test_silence_without_a_witness_says_nothing(
    knocks: Knocks, desktop: tuple[Answer, ...], nas: Answer
) -> None:
    knocks(*desktop, nas=nas)
    with pytest.raises(CouldNotLook):
        answers_ssh(NOBODY, DESKTOP, NAS)


def test_a_desktop_did_not_wake_if_the_nas_answers_at_the_end(knocks: Knocks) -> None:
    knocks(SILENT)
    assert awake_within(NOBODY, DESKTOP, NAS, 0) is None
    knocks(SILENT, KNOWN)
    assert awake_within(NOBODY, DESKTOP, NAS, 5) is not None


@pytest.mark.parametrize(
    ("desktop", "nas"), [(SILENT, SILENT), (SILENT, OTHER), (NAMELESS, KNOWN), (OTHER, KNOWN)]
)
def test_it_is_not_known_to_sleep_otherwise(knocks: Knocks, desktop: Answer, nas: Answer) -> None:
    """A new connection may have been kept out, where an older one goes on."""
    knocks(desktop, nas=nas)
    with pytest.raises(CouldNotLook):
        awake_within(NOBODY, DESKTOP, NAS, 0)


Home = Callable[..., Target]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A NAS that can ping or not, whom some address replies, and whose kernel has a table."""
    made: list[Target] = []

    def machine(*, replying: str = "", can: bool = True, table: str = "") -> Target:
        folder = tmp_path / "bin"
        folder.mkdir()
        (tmp_path / "arp").write_text("IP address  HW type  Flags  HW address  Mask  Device\n" + table)
        (folder / "ping").write_text(
            "#!/bin/sh\nfor at; do :; done\n"
            f'[ "$at" = 127.0.0.1 ] && exit {int(not can)}\n[ "$at" = "{replying}" ]\n'
        )
        (folder / "ping").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        monkeypatch.setattr(sleeping, "_PING", sleeping._PING.replace("/proc/net/arp", str(tmp_path / "arp")))
        made.append(local())
        return made[0]

    yield machine
    for each in made:
        each.close()


def entry(mac: str, flags: str = "0x2") -> str:
    return f"192.0.2.1 0x1 0x2 {ANOTHER} * eth0\n{AT}  0x1  {flags}  {mac}  *  eth0\n"


def test_a_reply_is_one_of_its_own_card(home: Home) -> None:
    assert replies(home(replying=AT, table=entry(MAC)), AT, MAC)


@pytest.mark.parametrize("table", ["", entry(MAC), entry("00:00:00:00:00:00", "0x0")])
def test_no_reply_is_an_answer(home: Home, table: str) -> None:
    assert not replies(home(table=table), AT, MAC)


@pytest.mark.parametrize(
    ("said", "address", "mac", "there"),
    [
        ("cannot ping", AT, MAC, {"can": False}),
        ("no earlier check", "", MAC, {"replying": AT}),
        ("another machine's now", AT, MAC, {"replying": AT, "table": entry(ANOTHER)}),
        ("another machine's now", AT, MAC, {"table": entry(ANOTHER)}),
        ("nobody knows whether", AT, MAC, {"replying": AT}),
        ("nobody knows whether", AT, "", {"replying": AT, "table": entry(MAC)}),
    ],
)
def test_what_cannot_be_pinged_or_is_somebody_else_says_nothing(
    home: Home, said: str, address: str, mac: str, there: dict[str, Any]
) -> None:
    with pytest.raises(CouldNotLook, match=said):
        replies(home(**there), address, mac)


def test_the_card_at_home_is_the_one_that_a_login_saw() -> None:
    """Else the one of the roster."""
    lab: Any = SimpleNamespace(parameters=SimpleNamespace(wake=SimpleNamespace(mac=ANOTHER)))
    assert card_of({"home_mac": MAC}, lab) == MAC
    assert card_of({}, lab) == ANOTHER

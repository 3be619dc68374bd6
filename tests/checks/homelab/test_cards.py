"""A machine's cards as its kernel lists them, made up; and the one that has an address."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_cloudlab.checks.homelab import test_6_wake as checks
from pytest_cloudlab.checks.homelab.cards import Card, cards, mac_of
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.local import local

WIRED, WIRELESS = "02:00:5e:10:00:01", "02:00:5e:10:00:02"


@pytest.fixture
def desktop() -> Iterator[Target]:
    with local() as target:
        yield target


def shown(folder: Path, name: str, mac: str, *, carrier: str = "", air: bool = False) -> None:
    card = folder / name
    card.mkdir()
    (card / "address").write_text(mac + "\n")
    if carrier:
        (card / "carrier").write_text(carrier + "\n")
    if air:
        (card / "wireless").mkdir()


def test_cards_are_told_by_kind_and_cable(desktop: Target, tmp_path: Path) -> None:
    """What is only software is none; one that is switched off does not say whether its cable is in."""
    shown(tmp_path, "enp3s0", WIRED, carrier="1")
    shown(tmp_path, "enp4s0", "02:00:5e:10:00:03", carrier="0")
    shown(tmp_path, "enp5s0", "02:00:5e:10:00:04")
    shown(tmp_path, "wlp2s0", WIRELESS, carrier="1", air=True)
    shown(tmp_path, "docker0", "02:00:5e:10:00:05", carrier="1")
    shown(tmp_path, "lo", "00:00:00:00:00:00", carrier="1")
    assert cards(desktop, str(tmp_path)) == [
        Card("enp3s0", WIRED, False, True),
        Card("enp4s0", "02:00:5e:10:00:03", False, False),
        Card("enp5s0", "02:00:5e:10:00:04", False, None),
        Card("wlp2s0", WIRELESS, True, True),
    ]
    with pytest.raises(CouldNotLook):
        cards(desktop, str(tmp_path / "none"))


def test_the_card_of_an_address_is_found(
    desktop: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bridge or a bond, too; nothing is said where nobody knows."""
    (tmp_path / "bin").mkdir()
    ip = tmp_path / "bin" / "ip"
    ip.write_text('#!/bin/sh\n[ "$5" = 192.0.2.7 ] && echo "3: br0@eth0    inet 192.0.2.7/24 scope global"\n')
    ip.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ip.parent}:{os.environ['PATH']}")
    shown(tmp_path, "br0", WIRED)
    with local() as machine:
        assert mac_of(machine, "192.0.2.7", str(tmp_path)) == WIRED
        assert mac_of(machine, "192.0.2.8", str(tmp_path)) == mac_of(machine, "") == ""


def judged(monkeypatch: pytest.MonkeyPatch, *found: Card, mac: str = WIRED) -> None:
    monkeypatch.setattr(checks, "cards", lambda machine: list(found))
    lab: Any = SimpleNamespace(parameters=SimpleNamespace(wake=SimpleNamespace(mac=mac)))
    machine: Any = None
    checks.test_address_is_that_of_its_wired_card(machine, lab, lambda **values: None)


@pytest.mark.parametrize("cable", [True, None])
def test_a_cable_is_in_or_not_known_to_be_out(monkeypatch: pytest.MonkeyPatch, cable: bool | None) -> None:
    judged(monkeypatch, Card("wlp2s0", WIRELESS, True, True), Card("enp3s0", WIRED, False, cable))


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (Card("enp3s0", WIRED, False, False), "whose cable is not in"),
        (Card("wlp2s0", WIRED, True, True), "which is wireless"),
        (Card("enp3s0", WIRELESS, False, True), f"None of your desktop's cards is {WIRED}"),
    ],
)
def test_another_card_or_no_cable_is_said(monkeypatch: pytest.MonkeyPatch, card: Card, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        judged(monkeypatch, card)


@pytest.mark.parametrize(
    ("mac", "said"), [("", "does not say"), ("02:00:5e:10:00:0", "is no address of a card")]
)
def test_a_roster_s_mistake_has_words_of_its_own(
    monkeypatch: pytest.MonkeyPatch, mac: str, said: str
) -> None:
    with pytest.raises(CouldNotLook, match=said):
        judged(monkeypatch, mac=mac)

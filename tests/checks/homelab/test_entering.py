"""A login that leads back to where it came from, one that is dropped, and who else is let in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_cloudlab.checks.homelab import dropping
from pytest_cloudlab.checks.homelab import test_1_ssh as checks
from pytest_cloudlab.checks.homelab import test_2_control as control
from pytest_cloudlab.checks.homelab.dropping import drop_and_return
from pytest_cloudlab.checks.homelab.entering import told_apart
from pytest_cloudlab.checks.homelab.knocking import NOBODY, Answer
from pytest_cloudlab.checks.homelab.place import Place
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.local import local
from pytest_cloudlab.targets.onward import NearLost
from tests.checks.homelab.test_search import lab
from tests.targets import sshd

PLACE = Place("ssh://alice@home.example:2222", "alice", "home.example", 2222)
ELSEWHERE = ("unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /tmp && exec "$@"', "sh", "sh")


@pytest.fixture
def laptop() -> Iterator[Target]:
    with local() as target:
        yield target


def test_a_roster_that_leads_back_to_the_laptop_is_found(
    laptop: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a file that is on both. For that, the laptop need not be able to look names up."""

    def lost(machine: Target, name: str) -> list[str]:
        raise CouldNotLook("no getent")

    monkeypatch.setattr(checks, "addresses", lost)
    measured: dict[str, Any] = {}

    def measure(**values: Any) -> None:
        measured.update(values)

    with local() as same, pytest.raises(AssertionError, match="the laptop that you sit at"):
        checks.test_desktop_answers_ssh(
            laptop,
            same,
            PLACE,
            lambda: True,
            lambda check: {},
            lab(),
            lambda **values: measured.update(values),
        )
    assert measured["addresses"] == []


def test_another_machine_is_told_apart(laptop: Target) -> None:
    far = Target("stub://elsewhere", ELSEWHERE)
    with far:
        try:
            far.run("true")
        except CouldNotLook:
            pytest.skip("needs a file system of its own")
        assert told_apart(laptop, far) == ("nonce",)


@pytest.mark.parametrize(
    ("own", "others", "said"),
    [
        (("publickey",), ("publickey",), ""),
        (("publickey", "password"), ("publickey", "password"), "It offers to let people in by password"),
        (("publickey",), ("publickey", "keyboard-interactive"), "It offers other users than you"),
    ],
)
def test_a_password_lets_nobody_in_whoever_it_is(
    laptop: Target, monkeypatch: pytest.MonkeyPatch, own: tuple[str, ...], others: tuple[str, ...], said: str
) -> None:
    def knock(machine: Target, place: Place) -> Answer:
        return Answer("known", others if place.user == NOBODY else own, False, "", "")

    monkeypatch.setattr(checks, "knock", knock)
    if said:
        with pytest.raises(AssertionError, match=said):
            checks.test_password_login_is_refused(laptop, PLACE, lambda **values: None)
    else:
        checks.test_password_login_is_refused(laptop, PLACE, lambda **values: None)


def test_nothing_is_ended_but_what_serves_the_connection(laptop: Target) -> None:
    """Where that is not an SSH server, or /proc does not say so, the connection cannot be dropped."""
    with pytest.raises(CouldNotLook, match="does not say which process serves"):
        drop_and_return(laptop, 1)
    assert laptop.run("echo %s", str(os.getpid())).text == str(os.getpid())


def test_a_laptop_that_went_away_locks_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever answers at home by then: the desktop was not asked."""
    answers = iter([("42", "it")])

    def who(machine: Target) -> tuple[str, str]:
        for told in answers:
            return told
        raise NearLost("The laptop does not answer.")

    desktop: Any = SimpleNamespace(run=lambda *words, **options: who(desktop))
    monkeypatch.setattr(dropping, "_who", who)
    lab: Any = SimpleNamespace(parameters=SimpleNamespace(ssh=SimpleNamespace(back_within_s=0)))
    with pytest.raises(CouldNotLook, match="nobody at home can be reached since: The laptop"):
        control.test_dropped_connection_is_picked_up(desktop, lambda: True, lab, lambda **values: None)


@pytest.mark.skipif(bool(sshd.missing()), reason=sshd.missing())
def test_a_connection_is_dropped_and_opened_again(tmp_path: Path) -> None:
    server = sshd.start(tmp_path / "sshd")
    try:
        with server.target() as machine:
            back = drop_and_return(machine, 10)
    finally:
        server.stop()
    assert back.opened
    assert back.same_machine

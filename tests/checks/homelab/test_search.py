"""The home looked for where it may be, and what a login that failed makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_cloudlab.checks.homelab import entering, search, test_1_ssh, test_5_address, test_6_wake
from pytest_cloudlab.checks.homelab.knocking import Answer, Key
from pytest_cloudlab.checks.homelab.place import Place
from pytest_cloudlab.checks.homelab.search import LOGIN, NAME, found_before
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets.lost import Lost, Reason

OLD, NOW = "192.0.2.1", "192.0.2.2"
PLACE = Place("ssh://alice@home.example:2222", "alice", "home.example", 2222)


def lab(told: str = "") -> Any:
    return SimpleNamespace(
        parameters=SimpleNamespace(home=SimpleNamespace(address=told), ssh=SimpleNamespace(port=2222))
    )


def answers(monkeypatch: pytest.MonkeyPatch, **keys: Key) -> None:
    """Who answers at `old` and at `now`; the name leads to the former."""

    def knock(_: Any, place: Place, *, at: str = "") -> Answer:
        key = keys["now" if at == NOW else "old"]
        return Answer(key, (), False, "", "" if key else "timeout")

    monkeypatch.setattr(search, "addresses", lambda machine, name: [OLD])
    monkeypatch.setattr(search, "knock", knock)
    monkeypatch.setattr(test_6_wake, "knock", knock)


class LostMachine:
    def __init__(self, reason: Reason) -> None:
        self.lost = Lost("It does not answer.", reason=reason)

    def run(self, *words: str, **options: Any) -> Any:
        raise self.lost


def desktop_answers(reason: Reason, told: str = NOW, nas: bool = False) -> None:
    far: Any = LostMachine(reason)
    test_1_ssh.test_desktop_answers_ssh(
        far, far, PLACE, lambda: nas, lambda check: {}, lab(told), lambda **values: None
    )


def nas_answers(reason: Reason, told: str = NOW) -> None:
    far: Any = LostMachine(reason)
    place = Place("ssh://alice@home.example:2223", "alice", "home.example", 2223)
    test_6_wake.test_nas_answers_ssh(
        far, far, place, PLACE, lambda check: {}, lab(told), lambda **values: None
    )


@pytest.mark.parametrize("ask", [desktop_answers, nas_answers])
@pytest.mark.parametrize("reason", ["timeout", "refused", "host-key"])
def test_a_changed_address_is_said_when_it_keeps_us_out(
    monkeypatch: pytest.MonkeyPatch, ask: Any, reason: Reason
) -> None:
    """In the sentence that the check of the name has for it."""
    answers(monkeypatch, old="other", now="known")
    with pytest.raises(AssertionError, match=f"Your provider changed your address: .* is at {NOW}"):
        ask(reason)


@pytest.mark.parametrize(("ask", "what"), [(desktop_answers, "desktop"), (nas_answers, "NAS")])
def test_a_home_that_nobody_finds_is_nobody_s_fault(
    monkeypatch: pytest.MonkeyPatch, ask: Any, what: str
) -> None:
    answers(monkeypatch, old="", now="")
    with pytest.raises(CouldNotLook, match=f"nobody answers .timeout.: your {what} is off, or your provider"):
        ask("timeout")


@pytest.mark.parametrize("ask", [desktop_answers, nas_answers])
@pytest.mark.parametrize("reason", ["lost", "dns", "tools"])
def test_what_the_way_there_lacks_is_not_looked_for(
    monkeypatch: pytest.MonkeyPatch, ask: Any, reason: Reason
) -> None:
    answers(monkeypatch, old="other", now="known")
    with pytest.raises(Lost):
        ask(reason)


def test_a_desktop_that_is_silent_beside_its_nas_is_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, old="", now="")
    with pytest.raises(AssertionError, match="Your NAS answers SSH at home, and your desktop does not"):
        desktop_answers("timeout", nas=True)


@pytest.mark.parametrize("ask", [desktop_answers, nas_answers])
def test_a_key_without_its_passphrase_is_not_refused(monkeypatch: pytest.MonkeyPatch, ask: Any) -> None:
    monkeypatch.setattr(entering, "needs_a_passphrase", lambda laptop, place: True)
    with pytest.raises(CouldNotLook, match="nobody has typed its passphrase") as caught:
        ask("auth")
    assert "ssh-add" in caught.value.remedy
    monkeypatch.setattr(entering, "needs_a_passphrase", lambda laptop, place: False)
    with pytest.raises(AssertionError, match=r"It does not answer\."):
        ask("auth")


@pytest.mark.parametrize(
    ("named", "login", "before"),
    [
        ({}, {}, ()),
        ({"at": NOW, "addresses": [NOW]}, {"addresses": [OLD]}, (NOW, OLD)),
        ({"at": NOW, "addresses": [OLD]}, {"addresses": [OLD]}, (OLD,)),
        ({"at": "", "addresses": [NOW]}, {}, ()),
        ({}, {"addresses": [OLD, NOW]}, ()),
    ],
)
def test_a_home_was_where_its_name_was_seen_to_lead_home(
    named: Mapping[str, Any], login: Mapping[str, Any], before: tuple[str, ...]
) -> None:
    """Not wherever a look that failed was sent, nor at one of several addresses."""
    assert found_before(lambda check: {NAME: named, LOGIN: login}[check]) == before


@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::7"])
def test_an_address_is_no_name(host: str) -> None:
    nobody: Any = None
    with pytest.raises(AssertionError, match=f"names an address, {host}, not a name"):
        test_5_address.test_name_leads_to_your_home(
            nobody, Place("", "", host, 2222), nobody, lab(), lambda **values: None
        )

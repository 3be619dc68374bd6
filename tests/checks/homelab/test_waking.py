"""What the check of waking makes of the packets that passed, and of a desktop that woke or did not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_cloudlab.checks.homelab import test_4_servers, test_6_wake
from pytest_cloudlab.checks.homelab.capture import Passed
from pytest_cloudlab.magic_packet import MagicPacket
from pytest_cloudlab.targets.result import Result
from pytest_cloudlab.webpage import Page

MAC, ANOTHER = "02:00:5e:10:00:01", "02:00:5e:10:00:02"
TO_ALL = Passed(MagicPacket(MAC, True, 9), "eth0", True)
TO_IT = Passed(MagicPacket(MAC, False, 9), "eth0", True)
ELSEWHERE = Passed(MagicPacket(MAC, True, 9), "eth1", True)
OTHER = Passed(MagicPacket(ANOTHER, True, 9), "eth0", True)
NOBODY: Any = None
Wake = Callable[..., dict[str, Any]]


@pytest.fixture
def wake(monkeypatch: pytest.MonkeyPatch) -> Wake:
    """Has the check see these packets, and a desktop that wakes after so many seconds."""

    def judged(passed: Sequence[Passed], awake_after_s: float | None = 12.0) -> dict[str, Any]:
        @contextmanager
        def magic_packets(nas: Any) -> Iterator[Callable[[], Sequence[Passed]]]:
            yield lambda: passed

        def awake_within(*machines: Any) -> float | None:
            assert any(each.packet.mac == MAC for each in passed), "whom nobody called is not waited for"
            return awake_after_s

        for name, stand_in in {
            "magic_packets": magic_packets,
            "answers_ssh": lambda *places: False,
            "replies": lambda *words: False,
            "card_towards": lambda *words: "eth0",
            "awake_within": awake_within,
            "HEAR_S": 0,
        }.items():
            monkeypatch.setattr(test_6_wake, name, stand_in)
        wanted = SimpleNamespace(mac=MAC, within_s=60, command="wake {mac}")
        lab: Any = SimpleNamespace(parameters=SimpleNamespace(wake=wanted))
        nas: Any = SimpleNamespace(run=lambda *words, **options: Result(0, b"", b""))
        measured: dict[str, Any] = {}
        test_6_wake.test_desktop_wakes_when_called(
            NOBODY, nas, NOBODY, NOBODY, lambda check: {}, lab, lambda **values: measured.update(values)
        )
        return measured

    return judged


@pytest.mark.parametrize("passed", [TO_ALL, TO_IT, ELSEWHERE])
def test_a_desktop_that_woke_was_called_well_enough(wake: Wake, passed: Passed) -> None:
    """However the packet came."""
    assert wake([OTHER, passed])["awake_after_s"] == 12.0


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        ([], "Your NAS sent no magic packet"),
        ([OTHER], f"Your NAS called {ANOTHER}, and your desktop's card is {MAC}"),
        ([TO_ALL], f"A correct magic packet for {MAC} was seen at home, and your desktop did not answer"),
        (
            [TO_IT],
            "The magic packet went to one address, not to all of the network, and your desktop",
        ),
        ([ELSEWHERE], "The magic packet was sent on eth1, your desktop is on eth0, and your desktop did not"),
        ([ELSEWHERE, TO_ALL], f"A correct magic packet for {MAC} was seen at home"),
    ],
)
def test_what_did_not_wake_it_is_said(wake: Wake, passed: list[Passed], said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        wake(passed, None)


@pytest.mark.parametrize(
    ("body", "is_one"), [("{}", True), ('{"a": 1}', True), ("[]", False), ("hello", False)]
)
def test_an_api_answers_with_an_object(monkeypatch: pytest.MonkeyPatch, body: str, is_one: bool) -> None:
    """An empty one, too."""
    monkeypatch.setattr(test_4_servers, "_through_the_tunnel", lambda *words: Page("http://it/", 200, body))
    lab: Any = SimpleNamespace(
        parameters=SimpleNamespace(ports=SimpleNamespace(api=5000), api=SimpleNamespace(path="/"))
    )
    if is_one:
        test_4_servers.test_api_answers_on_your_laptop(NOBODY, lab, lambda **values: None)
    else:
        with pytest.raises(AssertionError, match="no JSON object"):
            test_4_servers.test_api_answers_on_your_laptop(NOBODY, lab, lambda **values: None)

"""6 Wake your desktop."""

import time
from collections.abc import Callable

import pytest

from pytest_cloudlab.checks.homelab.capture import Passed, card_towards, magic_packets
from pytest_cloudlab.checks.homelab.cards import cards
from pytest_cloudlab.checks.homelab.entering import ELSEWHERE, require_let_in
from pytest_cloudlab.checks.homelab.knocking import knock
from pytest_cloudlab.checks.homelab.place import Place
from pytest_cloudlab.checks.homelab.search import LOGIN, not_found
from pytest_cloudlab.checks.homelab.sleeping import answers_ssh, awake_within, card_of, replies
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Measure, Recall
from pytest_cloudlab.magic_packet import normal_mac
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.waiting import Deadline

SEND_S, HEAR_S, PAUSE_S = 30, 3, 0.1
WAKE_IT = "Put it to sleep or shut it down, then check again with --act."


@pytest.mark.step("6.1")
@pytest.mark.outcome(points=1)
def test_nas_answers_ssh(
    laptop: Target,
    nas: Target,
    nas_place: Place,
    desktop_place: Place,
    recall: Recall,
    lab: Lab,
    measure: Measure,
) -> None:
    """A machine at home that never sleeps, such as a NAS, answers SSH.

    Switch its SSH server on, have your internet box forward another port to it, and log in once from your
    laptop.
    """
    try:
        measure(hostname=nas.run("hostname").text[:64])
    except Lost as lost:
        measure(reason=lost.reason)
        require_let_in(laptop, nas_place, lost)
        if lost.reason in ("refused", "timeout") and knock(laptop, desktop_place).key == "known":
            raise AssertionError(
                f"Your desktop answers SSH at home, and your NAS does not: {lost.message}"
            ) from None
        if lost.reason in ELSEWHERE:
            not_found(laptop, nas_place, recall, lab, "NAS")
        raise


@pytest.mark.step("6.1")
@pytest.mark.outcome(points=1, needs="test_desktop_answers_ssh")
def test_address_is_that_of_its_wired_card(desktop: Target, lab: Lab, measure: Measure) -> None:
    """The card that you wake is your desktop's own, and has a cable.

    `ip link` on your desktop shows the address of each card. Write that of the wired one into your roster:
    `mac = "…"`. A card without a cable hears nothing while the desktop sleeps.
    """
    mac = _agreed(lab)
    found = cards(desktop)
    measure(mac=mac, cards=[[each.name, each.mac, each.wireless, each.cable] for each in found])
    mine = next((each for each in found if each.mac == mac), None)
    others = ", ".join(f"{each.mac} ({each.name})" for each in found if not each.wireless)
    assert mine, f"None of your desktop's cards is {mac}; it has {others or 'no wired one'}."
    assert not mine.wireless, f"{mac} is that of {mine.name}, which is wireless."
    assert mine.cable is not False, f"{mac} is that of {mine.name}, whose cable is not in at both ends."


@pytest.mark.step("6.2")
@pytest.mark.outcome(
    points=3,
    needs=("test_nas_answers_ssh", "test_address_is_that_of_its_wired_card"),
    acts=True,
)
def test_desktop_wakes_when_called(
    laptop: Target,
    nas: Target,
    nas_place: Place,
    desktop_place: Place,
    recall: Recall,
    lab: Lab,
    measure: Measure,
) -> None:
    """Your desktop sleeps, your NAS calls it, and it wakes up.

    Switch on Wake-on-LAN in the desktop's firmware and for its card (`ethtool -s CARD wol g`), and leave its
    cable in. Put it to sleep; the check then has your NAS send the magic packet.
    """
    mac, within_s = _agreed(lab), lab.parameters.wake.within_s
    command = lab.parameters.wake.command.replace("{mac}", mac)
    login = recall(LOGIN)
    inside = str(login.get("home_address") or "")
    with magic_packets(nas) as heard:
        if answers_ssh(laptop, desktop_place, nas_place) or replies(nas, inside, card_of(login, lab)):
            raise CouldNotLook("your desktop is awake: there is nothing to wake", remedy=WAKE_IT)
        sent = nas.run(command, timeout_s=SEND_S, max_bytes=64 << 10)
        passed = _called(heard, mac)
        # Whom nobody called is not waited for.
        called = any(each.packet.mac == mac for each in passed)
        awake_after_s = awake_within(laptop, desktop_place, nas_place, within_s) if called else None
    towards = card_towards(nas, inside)
    measure(
        mac=mac,
        exit_status=sent.exit_status,
        heard=[
            [each.packet.mac, each.packet.to_all, each.packet.port, each.card, each.sent]
            for each in passed[:20]
        ],
        desktop_is_on=towards,
        awake_after_s=awake_after_s,
    )
    said = f": {sent.error_text[-200:]}" if sent.error_text else ""
    assert passed, f"Your NAS sent no magic packet (`{command}`, exit status {sent.exit_status}{said})."
    assert called, f"Your NAS called {passed[0].packet.mac}, and your desktop's card is {mac}."
    assert awake_after_s is not None, (
        f"{_how(passed, mac, towards)}, and your desktop did not answer within {within_s} s."
    )


def _called(heard: Callable[[], list[Passed]], mac: str) -> list[Passed]:
    """What has passed as soon as the card was called; else what had passed after a while."""
    deadline = Deadline.after(HEAR_S)
    while True:
        passed = heard()
        if deadline.passed or any(each.packet.mac == mac and each.packet.to_all for each in passed):
            return passed
        time.sleep(PAUSE_S)


def _how(passed: list[Passed], mac: str, towards: str) -> str:
    """How the card was called that did not wake: what was wrong with that, as far as it shows."""
    to_me = [each for each in passed if each.packet.mac == mac]
    sent_on = list(dict.fromkeys(each.card for each in to_me if each.sent))
    if towards and sent_on and towards not in sent_on:
        return f"The magic packet was sent on {' and '.join(sent_on)}, your desktop is on {towards}"
    if not any(each.packet.to_all for each in to_me):
        return "The magic packet went to one address, not to all of the network"
    return f"A correct magic packet for {mac} was seen at home"


def _agreed(lab: Lab) -> str:
    told = lab.parameters.wake.mac
    if not told:
        raise CouldNotLook("the roster does not say which card to wake", remedy='Add mac = "…" to it.')
    if not (mac := normal_mac(told)):
        raise CouldNotLook(
            f"{told!r}, which the roster says is the card to wake, is no address of a card",
            remedy="It has twelve digits or letters from a to f: `ip link` on your desktop shows it.",
        )
    return mac

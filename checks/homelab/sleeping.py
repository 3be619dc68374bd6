"""Whether a desktop at home is awake, as seen from outside and from beside it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from pytest_cloudlab.checks.homelab.knocking import Answer, knock
from pytest_cloudlab.checks.homelab.place import Place
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.magic_packet import normal_mac
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target
from pytest_cloudlab.waiting import Deadline

PAUSE_S = 0.5
PING_S = 20
NO_PING = 3
# Whoever cannot ping itself cannot ping. The kernel then knows whose card has the address.
_PING = f"""
ping -c 1 -W 1 127.0.0.1 > /dev/null 2>&1 || exit {NO_PING}
ping -c 2 -W 1 "$1" > /dev/null 2>&1 && echo replied || echo silent
cat /proc/net/arp 2> /dev/null
true
"""
_COMPLETE = 0x2
"""Of an entry's flags: that somebody has answered for the address."""


def answers_ssh(laptop: Target, desktop: Place, nas: Place) -> bool:
    """Whether the desktop does, under the host key on record. False when nobody answers in its place, twice,
    and in between the NAS does, which is behind the same internet box.

    Raises `CouldNotLook` when somebody else answers, or when the NAS does not answer either.
    """
    answer = _knock(laptop, desktop)
    if not answer.key:
        witness(laptop, nas, answer)
        answer = _knock(laptop, desktop)
        _require_a_way(answer)
    return answer.key == "known"


def witness(laptop: Target, nas: Place, silence: Answer) -> None:
    """That nobody answered at the desktop's place is the desktop's doing: the NAS answers on the same path.

    Raises `CouldNotLook` when that is not so.
    """
    _require_a_way(silence)
    if knock(laptop, nas).key != "known":
        raise CouldNotLook(
            "nobody at home answers, your NAS neither: it may be off, or your home out of reach"
        )


def replies(nas: Target, address: str, mac: str) -> bool:
    """Whether the desktop replies to a ping of the NAS, at the address that it had at home, with its card.

    Raises `CouldNotLook` where the NAS cannot ping, and where that address may be somebody else's by now.
    """
    if not address:
        raise CouldNotLook(
            "no earlier check has seen which address your desktop has at home, so nobody can ping it",
            remedy="Check step 1 once more while it is on.",
        )
    done = nas.run("sh -c %s sh %s", _PING, address, timeout_s=PING_S, max_bytes=256 << 10)
    if not done.ok:
        raise CouldNotLook("your NAS cannot ping, so nobody knows whether your desktop is on")
    said, *table = done.text.splitlines()
    owner = _owner(table, address)
    if owner and mac and owner != mac:
        raise CouldNotLook(
            f"{address}, where your desktop was at home, is another machine's now: its card is {owner}, "
            f"your desktop's {mac}",
            remedy="Have your internet box always give your desktop the same address.",
        )
    if said == "replied" and not (owner and mac):
        raise CouldNotLook(f"somebody replies at {address} at home, nobody knows whether it is your desktop")
    return said == "replied"


def card_of(login: Mapping[str, Any], lab: Lab) -> str:
    """The address of the desktop's card at home: as the login saw it, else as the roster has it."""
    return normal_mac(str(login.get("home_mac") or "")) or normal_mac(lab.parameters.wake.mac)


def awake_within(laptop: Target, desktop: Place, nas: Place, within_s: float) -> float | None:
    """Seconds until it answers SSH with the host key on record; None when it does not in time.

    Raises `CouldNotLook` when somebody else answers in its place, and when, at the end, the NAS does not
    answer either.
    """
    started, deadline = time.monotonic(), Deadline.after(within_s)
    while True:
        answer = _knock(laptop, desktop)
        if answer.key:
            return round(time.monotonic() - started, 1)
        if deadline.passed:
            witness(laptop, nas, answer)
            return None
        time.sleep(PAUSE_S)


def _knock(laptop: Target, desktop: Place) -> Answer:
    """Of the desktop or of nobody."""
    answer = knock(laptop, desktop)
    if answer.key in ("other", "unrecorded"):
        raise CouldNotLook("somebody answers in the desktop's place, with a host key that is not on record")
    return answer


def _require_a_way(answer: Answer) -> None:
    if answer.silence == "dns":
        raise CouldNotLook("the name of your home leads nowhere, so nobody knows who is awake there")


def _owner(table: list[str], address: str) -> str:
    """Whose card has answered for the address, as /proc/net/arp has it; empty when nobody has."""
    for line in table:
        words = line.split()
        if len(words) >= 4 and words[0] == address and re.fullmatch(r"0x[0-9a-f]{1,4}", words[2]):
            return normal_mac(words[3]) if int(words[2], 16) & _COMPLETE else ""
    return ""

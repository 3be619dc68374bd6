"""A machine's network cards, as its kernel shows them; those that are only software are none."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.magic_packet import normal_mac
from pytest_cloudlab.targets import Target

MOST = 64
SHOWN = "/sys/class/net"
# A card that is switched off does not tell whether it has a cable.
_LIST = f"""
cd "$1" || exit 1
for card in *; do
  case $card in lo|docker*|veth*|br-*|virbr*|tun*|tap*|wg*) continue;; esac
  [ -e "$card/wireless" ] || [ -e "$card/phy80211" ] && air=yes || air=no
  carrier=$(cat "$card/carrier" 2> /dev/null)
  printf '%s %s %s %s\\n' "$card" "$(cat "$card/address")" "$air" "${{carrier:-unknown}}"
done | head -n {MOST}
"""
_OF = """
card=$(ip -o address show to "$1" 2> /dev/null | { read -r _ name _; printf %s "${name%%@*}"; })
[ -n "$card" ] && cat "$2/$card/address"
"""


@dataclass(frozen=True)
class Card:
    name: str
    mac: str
    wireless: bool
    cable: bool | None = None
    """Whether its cable is in, at both ends; None where the card does not say."""


def cards(machine: Target, shown: str = SHOWN) -> list[Card]:
    """Those with an address. Raises `CouldNotLook` for a machine that is no Linux."""
    done = machine.run("sh -c %s sh %s", _LIST, shown, max_bytes=64 << 10)
    if not done.ok:
        raise CouldNotLook(f"{machine.address} does not show its network cards")
    words = (line.split() for line in done.text.splitlines())
    return [
        Card(each[0][:20], normal_mac(each[1]), each[2] == "yes", {"1": True, "0": False}.get(each[3]))
        for each in words
        if len(each) == 4 and normal_mac(each[1])
    ]


def mac_of(machine: Target, address: str, shown: str = SHOWN) -> str:
    """That of the card which has the address; empty where the machine does not say."""
    done = machine.run("sh -c %s sh %s %s", _OF, address, shown, max_bytes=4096) if address else None
    return normal_mac(done.text) if done and done.ok else ""

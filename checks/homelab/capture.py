"""Magic packets as they pass on a home's network, listened for on a machine of it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pytest_cloudlab import magic_packet
from pytest_cloudlab.errors import CouldNotLook, TargetLost
from pytest_cloudlab.magic_packet import MagicPacket, normal_mac
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.line import Line
from pytest_cloudlab.waiting import Deadline

READY, SO_FAR = "cloudlab listens", "so far"
OPEN_S, ANSWER_S = 20.0, 10.0
HELD_S = 960
"""How long it may live there, whatever becomes of us: a little longer than any desktop is waited for."""
SETTLE_S = 2.0
MOST = 50
MOST_BYTES = 64 << 10

# After magic_packet's own text. It ends with its stdin, and answers every line of it: what has passed before
# has been said by then. The limit is its own, so that `sudo` has to allow python3 alone.
_LISTEN = f"""
import select, signal, socket, sys
signal.alarm({HELD_S})
card = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
card.setblocking(False)
print({READY!r}, flush=True)
while True:
    asked = sys.stdin in select.select([card, sys.stdin], [], [])[0]
    if asked and not sys.stdin.buffer.read1(1024): break
    for _ in range(5000):
        try: frame, sender = card.recvfrom(65535)
        except BlockingIOError: break
        found = magic_packet(frame)
        sent = sender[2] == socket.PACKET_OUTGOING
        if found: print(found.mac, int(found.to_all), found.port, sender[0], int(sent), flush=True)
    if asked: print({SO_FAR!r}, flush=True)
"""
# Isolated, so that nothing of the user's is imported by what runs as root.
_START = """
command -v python3 > /dev/null || { echo "there is no python3" >&2; exit 1; }
[ "$(id -u)" = 0 ] && as= || as="sudo -n"
exec $as python3 -I -u -c "$1"
"""
_PASSED = re.compile(r"(\S{17}) ([01]) (\d{1,5}) ([\w.:@-]{1,15}) ([01])")
_ROUTE = re.compile(r"\bdev ([\w.:@-]{1,15})")


@dataclass(frozen=True)
class Passed:
    """A magic packet as it passed one of the machine's cards."""

    packet: MagicPacket
    card: str
    """Of the machine that listened, e.g. `eth0`."""
    sent: bool
    """By that machine itself."""


@contextmanager
def magic_packets(machine: Target) -> Iterator[Callable[[], list[Passed]]]:
    """Listens on all of the machine's cards while this is open; called, it says what has passed by then, and
    raises `TargetLost` when nobody listens any more.

    Raises `CouldNotLook` when the machine lets nobody listen.
    """
    line = Line(machine.opening("sh", "-c", _START, "sh", inspect.getsource(magic_packet) + _LISTEN))
    packets = dict[Passed, None]()

    def heard() -> list[Passed]:
        line.unsent = memoryview(b"\n")
        if not _until(line, SO_FAR, ANSWER_S, packets):
            raise TargetLost(f"{machine.address} stopped listening on the home's network: {_said(line)}")
        return list(packets)

    try:
        if not _until(line, READY, OPEN_S, packets):
            raise CouldNotLook(
                f"nobody may listen on the home's network: {_said(line)}",
                remedy="Check as the NAS's administrator, or let your user there run python3 with `sudo -n` "
                "for this check. That makes the user as mighty as root: take it back afterwards.",
            )
        yield heard
    finally:
        line.close(within_s=SETTLE_S)


def card_towards(machine: Target, address: str) -> str:
    """The machine's card that leads to that address; empty where nobody knows."""
    done = machine.run("ip route get %s", address, max_bytes=4096) if address else None
    found = _ROUTE.search(done.text) if done and done.ok else None
    return found[1] if found else ""


def _until(line: Line, word: str, within_s: float, packets: dict[Passed, None]) -> bool:
    """Take what it says until it says `word`; False when it does not in time."""
    deadline = Deadline.after(within_s)
    while True:
        while (end := line.out.find(b"\n")) >= 0:
            said = line.out[:end].decode("ascii", "replace").strip()
            del line.out[: end + 1]
            if said == word:
                return True
            _take(said, packets)
        if len(line.out) > MOST_BYTES or not line.turn(deadline):
            return False


def _take(said: str, packets: dict[Passed, None]) -> None:
    found = _PASSED.fullmatch(said)
    if found and normal_mac(found[1]) and len(packets) < MOST:
        packet = MagicPacket(normal_mac(found[1]), found[2] == "1", int(found[3]))
        packets[Passed(packet, found[4], found[5] == "1")] = None


def _said(line: Line) -> str:
    return " ".join(line.err[-4096:].decode("utf-8", "replace").split())[-200:] or "no answer"

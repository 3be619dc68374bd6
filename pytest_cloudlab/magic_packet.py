"""Wake-on-LAN's magic packets, found in frames as a network card sees them, whatever else those hold.

It imports nothing of this package: a machine that listens for us is handed this file's own text, and may have
a Python as old as 3.8.
"""

from __future__ import annotations

from dataclasses import dataclass

SYNC = b"\xff" * 6
REPEATS = 16
LENGTH = len(SYNC) + 6 * REPEATS
WAKE_ON_LAN, IPV4, IPV6 = 0x0842, 0x0800, 0x86DD
TAGS = (0x8100, 0x88A8)
UDP = 17


@dataclass(frozen=True)
class MagicPacket:
    """One that would wake the card of `mac`, if it is a card of that network."""

    mac: str
    """As `aa:bb:cc:dd:ee:ff`."""
    to_all: bool
    """Whether every card of the network got it. One that sleeps has no other way to be found for long."""
    port: int
    """Of UDP; 0 where the frame is a Wake-on-LAN frame itself."""


def magic_packet(frame: bytes) -> MagicPacket | None:
    """The magic packet in an Ethernet frame: in a UDP datagram of any port, or in a frame of type 0x0842.

    >>> card = bytes.fromhex("02005e100001")
    >>> frame = SYNC + bytes(6) + b"\\x08\\x42" + SYNC + card * REPEATS
    >>> magic_packet(frame)
    MagicPacket(mac='02:00:5e:10:00:01', to_all=True, port=0)
    """
    kind, at = int.from_bytes(frame[12:14], "big"), 14
    for _ in TAGS:
        if kind in TAGS:
            kind, at = int.from_bytes(frame[at + 2 : at + 4], "big"), at + 4
    port, payload = 0, b""
    if kind == WAKE_ON_LAN:
        payload = frame[at:]
    elif kind in (IPV4, IPV6):
        port, payload = _udp(frame[at:], kind)
    mac = _woken(payload)
    return MagicPacket(mac, frame[:6] == SYNC, port) if mac else None


def normal_mac(text: str) -> str:
    """An address as people write it, with colons, hyphens, dots or none; empty for what is no card's.

    >>> normal_mac("02-00-5E-10-00-01")
    '02:00:5e:10:00:01'
    """
    digits = text.strip().lower()
    for mark in ":-.":
        digits = digits.replace(mark, "")
    if len(digits) != 12 or not digits.isascii() or not set(digits) <= set("0123456789abcdef"):
        return ""
    raw = bytes.fromhex(digits)
    return raw.hex(":") if _is_card(raw) else ""


def _udp(packet: bytes, kind: int) -> tuple[int, bytes]:
    """Port and payload of a datagram that came in one piece; nothing for all else."""
    if kind == IPV4:
        head = (packet[0] & 15) * 4 if packet else 0
        whole = len(packet) >= 20 and head >= 20 and not int.from_bytes(packet[6:8], "big") & 0x3FFF
        protocol = packet[9] if whole else -1
    else:
        head, protocol = 40, packet[6] if len(packet) >= 40 else -1
    datagram = packet[head:]
    length = int.from_bytes(datagram[4:6], "big")
    if protocol != UDP or not 8 <= length <= len(datagram):
        return 0, b""
    return int.from_bytes(datagram[2:4], "big"), datagram[8:length]


def _woken(payload: bytes) -> str:
    """The address that the pattern, wherever it stands, repeats; empty when there is none."""
    at = payload.find(SYNC)
    while 0 <= at <= len(payload) - LENGTH:
        card = payload[at + 6 : at + 12]
        if _is_card(card) and payload[at + 6 : at + LENGTH] == card * REPEATS:
            return card.hex(":")
        at = payload.find(SYNC, at + 1)
    return ""


def _is_card(mac: bytes) -> bool:
    """Neither a group of cards nor none."""
    return any(mac) and not mac[0] & 1

"""A machine's TCP sockets, as its own kernel counts them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target

MAX_TABLE_BYTES = 4 << 20
"""Some 27,000 connections."""

_PLACE = rb"(?:[0-9A-F]{8}|[0-9A-F]{32}):"
_ROW = re.compile(rb" *\d+: " + _PLACE + rb"([0-9A-F]{4}) " + _PLACE + rb"[0-9A-F]{4} ([0-9A-F]{2}) .*")
_ESTABLISHED, _LISTEN = b"01", b"0A"
_ENDING = (b"04", b"05", b"06", b"08", b"09", b"0B")


@dataclass(frozen=True)
class Sockets:
    """A machine's TCP sockets at one moment."""

    established: Mapping[int, int]
    """Port of the machine -> number of connections."""
    listening: frozenset[int]
    ending: Mapping[int, int] = field(default_factory=dict)
    """Port of the machine -> connections that one side has closed: for a minute, those it closed itself."""

    def open_on(self, port: int) -> int:
        return self.established.get(port, 0)

    def seen_on(self, port: int) -> int:
        """Open or ending: one that was closed as soon as it came is among them."""
        return self.open_on(port) + self.ending.get(port, 0)


def sockets(machine: Target) -> Sockets:
    """What the tables in the machine's /proc/net say: in a container, those of its own network namespace.

    Raises `CouldNotLook` for tables that cannot be read, and what `machine` raises.
    """
    first, second = machine.run_many(
        ["cat /proc/net/tcp", "[ ! -e /proc/net/tcp6 ] || cat /proc/net/tcp6"], max_bytes=MAX_TABLE_BYTES
    )
    if not (first.ok and second.ok):
        said = (first.error_text or second.error_text)[-200:]
        raise CouldNotLook(f"{machine.address} does not show its connections: {said}")
    return read_tables(first.stdout, second.stdout)


def read_tables(*tables: bytes) -> Sockets:
    """What /proc/net/tcp and /proc/net/tcp6 hold. Raises `CouldNotLook` for what a kernel does not write."""
    established, ending = Counter[int](), Counter[int]()
    listening = set()
    for table in tables:
        head, *rows = table.rstrip().splitlines() or [b"local_address"]
        matches = [_ROW.fullmatch(row) for row in rows]
        if b"local_address" not in head or not all(matches):
            raise CouldNotLook("a machine's table of connections is not one that a kernel writes")
        for port, state in (match.groups() for match in matches if match):
            if state == _ESTABLISHED:
                established[int(port, 16)] += 1
            elif state == _LISTEN:
                listening.add(int(port, 16))
            elif state in _ENDING:
                ending[int(port, 16)] += 1
    return Sockets(established, frozenset(listening), ending)

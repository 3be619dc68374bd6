"""Where connections to a machine's port end, among machines that are known."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from pytest_cloudlab.connections import held
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.sockets import Sockets, sockets
from pytest_cloudlab.targets import Target
from pytest_cloudlab.waiting import Deadline

ARRIVE_S = 3.0
"""The first time; then twice as long, before who came nowhere is said to."""
PAUSE_S = 0.15
TRIES = 6
SSH = 22
"""Connections that travel inside SSH come to it first."""
REMOTE = ("ssh", "autossh", "gh", "code")
"""Programs that pass connections on over a network; that takes as long as it takes."""
FORWARDERS = (*REMOTE, "docker-proxy")
_HOLDER = re.compile(r'users:\(\("([^"]{1,40})",pid=(\d+)')


@dataclass(frozen=True)
class Place:
    machine: str
    port: int
    holder: str = ""
    """The program that listens there, where the machine tells."""
    leads_to: str = ""
    """The address that an `ssh` there is connected to."""
    next: str = ""
    """The machine of that address, where it is a known one."""
    closed: bool = False
    """Whether connections there were ended from the other side."""

    @property
    def passes_on(self) -> bool:
        """Whether who listens there is known to lead elsewhere."""
        return self.holder in FORWARDERS

    @property
    def may_be_slow(self) -> bool:
        """Whether connections may be on their way from there to a known machine."""
        return self.holder in REMOTE and not self.closed and bool(self.next or not self.leads_to)

    def __str__(self) -> str:
        """
        >>> str(Place("codespace", 8888, "ssh", "10.0.0.7:22"))
        "the codespace's port 8888, which an ssh to 10.0.0.7:22 holds"
        """
        at = f"the {self.machine}'s port {self.port}"
        if self.leads_to:
            return f"{at}, which an {self.holder} to {self.leads_to} holds"
        return f"{at}, which {self.holder} holds" if self.holder else at


def ending(
    near: str, port: int, machines: Mapping[str, Target], *, expected: tuple[str, int] | None = None
) -> Place:
    """The last place, in the order of `machines`, that just as many connections come to as are opened at
    `near`'s own `port`: that one itself where they come to no other. Twice running, with different numbers.
    Once they are at the `expected` machine and port, no more is waited for.

    Other machines than `near` and the expected one take part as long as they can be looked at. Raises
    `NotFound` when nothing listens there, and `CouldNotLook` when others' connections come and go so
    much that it cannot be said.
    """
    order = list(machines)
    needed = {near, *(expected or ())[:1]}
    last: set[tuple[str, int]] = set()
    counts: list[int] = []
    while len(counts) < TRIES:
        count = secrets.choice([number for number in range(3, 10) if number not in counts])
        counts.append(count)
        before = _settled(machines, needed)
        with held(machines[near], port, count):
            within_s = ARRIVE_S * min(len(counts), 2)
            found, closed = _arrived(machines, needed, before, count, (near, port), expected, within_s)
        # The same twice: what comes late once, or meets another's going, is not taken for not coming.
        if (near, port) in found and found == last:
            others = found - {(near, port)}
            far = max(others or found, key=lambda one: (one[1] != SSH, order.index(one[0]), -one[1]))
            return Place(*far) if far == expected else _held_by(*far, machines, closed)
        last = found
    raise CouldNotLook(
        f"others' connections to port {port} of the {near} come and go, so ours could not be counted",
        remedy="Close browser tabs that show the page, then check again.",
    )


def _arrived(
    machines: Mapping[str, Target],
    needed: Collection[str],
    before: Mapping[str, Sockets],
    count: int,
    near: tuple[str, int],
    expected: tuple[str, int] | None,
    within_s: float,
) -> tuple[set[tuple[str, int]], bool]:
    """Where as many more are open, once two looks agree on more than the near place, or after `within_s`; and
    whether they are open no more at the near place."""
    deadline = Deadline.after(within_s)
    last: set[tuple[str, int]] = set()
    while True:
        now = _look(machines, needed)
        found = {
            (name, port)
            for name, one in now.items()
            if name in before
            for port in {*one.established, *one.ending}
            if count in (one.open_on(port) - before[name].open_on(port),
                         one.seen_on(port) - before[name].seen_on(port))
        }  # fmt: skip
        if expected and {near, expected} <= found:
            return {near, expected}, False
        if deadline.passed or (found == last and any(port != SSH for _, port in found - {near})):
            return found, now[near[0]].open_on(near[1]) <= before[near[0]].open_on(near[1])
        last = found
        time.sleep(PAUSE_S)


def _settled(machines: Mapping[str, Target], needed: Collection[str]) -> dict[str, Sockets]:
    """Once two looks agree on what is open; the last look where they never do."""
    found = _look(machines, needed)
    for _ in range(10):
        time.sleep(PAUSE_S)
        earlier, found = found, _look(machines, needed)
        if all(earlier[name].established == found[name].established for name in {*earlier} & {*found}):
            break
    return found


def _look(machines: Mapping[str, Target], needed: Collection[str]) -> dict[str, Sockets]:
    """All that can be looked at. Raises `CouldNotLook` when one that is `needed` cannot."""
    found: dict[str, Sockets] = {}
    for name, machine in machines.items():
        try:
            found[name] = sockets(machine)
        except CouldNotLook:
            if name in needed:
                raise
    return found


def _held_by(name: str, port: int, machines: Mapping[str, Target], closed: bool) -> Place:
    machine = machines[name]
    told = machine.run(f"ss -Htlnp 'sport = :{port}'", max_bytes=64 << 10).text
    held_by = _HOLDER.search(told)
    if held_by is None:  # no `ss` there, or a user who may not see it
        return Place(name, port, closed=closed)
    holder = plain(held_by[1], 40)
    if holder != "ssh":
        return Place(name, port, holder, closed=closed)
    peers = machine.run("ss -Htnp state established", max_bytes=256 << 10).text
    mine = [line.split() for line in peers.splitlines() if f"pid={held_by[2]}," in line]
    away = {words[3] for words in mine if len(words) > 3 and not words[2].endswith(f":{port}")}
    leads_to = min(away, default="")
    return Place(name, port, holder, plain(leads_to, 60), _whose(leads_to, machines), closed)


def _whose(address: str, machines: Mapping[str, Target]) -> str:
    """The machine that has the address `HOST:PORT`; empty for one that none is known to have."""
    host = address.rpartition(":")[0].strip("[]").removeprefix("::ffff:")
    for name, machine in machines.items():
        known = {urlsplit(machine.address).hostname}  # from outside, a VM may have another than inside
        with suppress(CouldNotLook):
            known |= {*machine.run("hostname -I 2>/dev/null; true", max_bytes=64 << 10).text.split()}
        if host and host in known:
            return name
    return ""

"""Several tunnels used at the same moment."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from pytest_cloudlab.connections import held
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.sockets import Sockets, sockets
from pytest_cloudlab.targets import Target
from pytest_cloudlab.waiting import Deadline

ARRIVE_S = 5.0
PAUSE_S = 0.2
ROUNDS = 2
TRIES = 6
LOOKS = 10
_ANY = secrets.SystemRandom()


@dataclass(frozen=True)
class Together:
    opened: tuple[Mapping[int, int], ...]
    """Port -> how many connections were held to it, at each try."""
    missing: tuple[int, ...]
    """The ports whose connections did not come."""


def arrived_together(near: Target, far: Target, ports: Sequence[int]) -> Together:
    """Hold connections to each of `near`'s ports, all at once, and see whether as many come to `far`'s same.

    They have come when twice, with different numbers, exactly as many were there as were opened, and were
    gone afterwards; they have not when twice none was. Connections of others make it try again.

    Raises `NotFound` where nothing listens, and `CouldNotLook` when a machine cannot be asked, or others'
    connections come and go so much that neither can be said.
    """
    hits, misses = Counter[int](), Counter[int]()
    opened: list[dict[int, int]] = []
    while len(opened) < TRIES:
        taken = {count for earlier in opened[-1:] for count in earlier.values()}
        free = [count for count in range(3, 4 + 2 * len(ports)) if count not in taken]
        counts = dict(zip(ports, _ANY.sample(free, len(ports)), strict=True))
        opened.append(counts)
        before = _settled(far, ports)
        with ExitStack() as stack:
            for port, count in counts.items():
                stack.enter_context(held(near, port, count))
            during = _until(far, partial(_all_came, counts, before))
        after = _until(far, partial(_all_left, ports, before))
        for port, count in counts.items():
            left = after.open_on(port) - before.open_on(port)
            hits[port] += left == 0 and _came(before, during, port, count)
            misses[port] += left == during.open_on(port) - before.open_on(port) == 0 and (
                during.seen_on(port) <= before.seen_on(port)
            )
        if all(hits[port] >= ROUNDS or (misses[port] >= ROUNDS and not hits[port]) for port in ports):
            return Together(tuple(opened), tuple(port for port in ports if not hits[port]))
    raise CouldNotLook(
        "others' connections come and go all the time, so ours could not be counted among them",
        remedy="Close browser tabs that show your servers, then check again.",
    )


def _settled(far: Target, ports: Sequence[int]) -> Sockets:
    """Its sockets once two looks agree; the last look where they never do."""
    found = sockets(far)
    for _ in range(LOOKS):
        time.sleep(PAUSE_S)
        earlier, found = found, sockets(far)
        if all(earlier.open_on(port) == found.open_on(port) for port in ports):
            break
    return found


def _until(far: Target, enough: Callable[[Sockets], bool]) -> Sockets:
    """Its sockets as soon as they are enough; else as they are at last."""
    deadline = Deadline.after(ARRIVE_S)
    while True:
        found = sockets(far)
        if deadline.passed or enough(found):
            return found
        time.sleep(PAUSE_S)


def _all_came(counts: Mapping[int, int], before: Sockets, now: Sockets) -> bool:
    return all(_came(before, now, port, count) for port, count in counts.items())


def _all_left(ports: Sequence[int], before: Sockets, now: Sockets) -> bool:
    return all(now.open_on(port) == before.open_on(port) for port in ports)


def _came(before: Sockets, now: Sockets, port: int, count: int) -> bool:
    """Whether `count` more are open; or, where the far side closes whatever comes, have been."""
    return count in (now.open_on(port) - before.open_on(port), now.seen_on(port) - before.seen_on(port))

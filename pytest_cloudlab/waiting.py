"""Deadlines, and waiting for a thing to become so. Only `NotYet` goes on waiting; all else ends it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pytest_cloudlab.errors import TimedOut

T = TypeVar("T")


class NotYet(Exception):
    """Raised by an attempt that may succeed later; its text says what was seen instead."""


@dataclass(frozen=True)
class Deadline:
    """A point in time that several calls share, so that their timeouts never add up.

    >>> Deadline.after(20).remaining_s() <= 20
    True
    """

    at_s: float
    """On the clock of `time.monotonic`."""

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        return cls(time.monotonic() + seconds)

    def remaining_s(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.at_s - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.remaining_s() == 0.0


def until(
    attempt: Callable[[Deadline], T],
    *,
    what: str,
    within_s: float,
    first_pause_s: float = 0.05,
    longest_pause_s: float = 2.0,
) -> T:
    """Call `attempt` until it returns, and return what it returned.

    Each attempt gets the deadline they all share, to bound its own calls by. Pauses double from
    `first_pause_s` up to `longest_pause_s`.

    Raises `TimedOut` naming `what` and the last `NotYet` when the deadline passes.
    """
    deadline = Deadline.after(within_s)
    pause_s = first_pause_s
    while True:
        try:
            return attempt(deadline)
        except NotYet as not_yet:
            if deadline.passed:
                raise TimedOut(f"{what}: not so after {within_s:g} s; last seen: {not_yet}") from not_yet
        time.sleep(min(pause_s, deadline.remaining_s()))
        pause_s = min(2 * pause_s, longest_pause_s)

"""Waiting ends with an answer, an error, or its deadline."""

from __future__ import annotations

import time

import pytest

from pytest_cloudlab.errors import TimedOut
from pytest_cloudlab.waiting import Deadline, NotYet, until


def test_it_waits_while_not_yet() -> None:
    """`NotYet` is the one exception that goes on waiting."""
    seen: list[float] = []

    def attempt(deadline: Deadline) -> str:
        seen.append(deadline.remaining_s())
        if len(seen) < 3:
            raise NotYet("booting")
        return "up"

    assert until(attempt, what="the VM is up", within_s=5, first_pause_s=0.001) == "up"
    assert seen == sorted(seen, reverse=True), "attempts share one deadline"


def test_another_error_ends_it_at_once() -> None:
    def attempt(deadline: Deadline) -> None:
        raise KeyError("broken")

    with pytest.raises(KeyError):
        until(attempt, what="it", within_s=60)


def test_at_the_deadline_it_says_what_was_seen_last() -> None:
    """The error names what was waited for, for how long, and what was there instead."""

    def attempt(deadline: Deadline) -> None:
        raise NotYet("status STAGING")

    with pytest.raises(TimedOut, match=r"the VM runs: not so after 0\.05 s; last seen: status STAGING"):
        until(attempt, what="the VM runs", within_s=0.05)


def test_a_deadline_never_goes_below_zero() -> None:
    passed = Deadline(time.monotonic() - 5)
    assert passed.passed
    assert passed.remaining_s() == 0

"""How often something is repeated, and when that ends."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from pytest_cloudlab.cli.durations import roughly
from pytest_cloudlab.errors import UsageError

SHORTEST_PAUSE_S = 2.0
"""Between rounds that take longer than the time from one to the next."""
A_SLIP = timedelta(hours=18)


@dataclass(frozen=True)
class Pause:
    """Between two rounds."""

    at_s: float
    next: str
    """When the next begins."""
    end: str
    """When there is none any more, if that is known."""

    @property
    def words(self) -> str:
        return f"{self.next}, in {roughly(max(0.0, self.at_s - time.monotonic()))}{self.end}"


@dataclass(frozen=True)
class Pace:
    every_s: float
    ends_s: float = float("inf")
    """On the clock of `time.monotonic`: no round begins after this."""

    def next_s(self, began_s: float) -> float | None:
        """When the round after the one that began then begins; None for no more."""
        at = max(began_s + self.every_s, time.monotonic() + SHORTEST_PAUSE_S)
        return at if at < self.ends_s else None

    def wait(self, at_s: float) -> None:
        while (left := at_s - time.monotonic()) > 0:
            time.sleep(left)

    def pause(self, at_s: float) -> Pause:
        end = "" if self.ends_s == float("inf") else f", the last before {_clock(self.ends_s):%H:%M}"
        return Pause(at_s, f"next round at {_clock(at_s):%H:%M:%S}", end)


def ends_s(until: str | None, for_s: float | None) -> float:
    """When it is over, on the clock of `time.monotonic`, by `--until` and `--for`.

    Raises `UsageError` for a time that is none, or that has just passed.
    """
    now, clock = time.monotonic(), datetime.now().astimezone()
    ends = [now + for_s] if for_s is not None else []
    if until is not None:
        ends.append(now + (_next(until, clock) - clock).total_seconds())
    return min(ends, default=float("inf"))


def _next(until: str, now: datetime) -> datetime:
    try:
        at = datetime.strptime(until, "%H:%M")
    except ValueError:
        raise UsageError(
            f"--until {until}: expected a time of day such as 16:30", remedy="Or say how long: --for 3h."
        ) from None
    then = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    if then <= now:
        then += timedelta(days=1)
        if then - now > A_SLIP:
            raise UsageError(
                f"--until {until}: that has passed, it is {now:%H:%M}", remedy="Name a time to come."
            )
    return then


def _clock(at_s: float) -> datetime:
    return datetime.now().astimezone() + timedelta(seconds=at_s - time.monotonic())

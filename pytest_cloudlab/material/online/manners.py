"""How much may be asked of one host at once, and which hosts asked to be left alone for a while."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Manners:
    """Shared by all threads that visit.

    >>> manners = Manners(per_host=2)
    >>> manners.rest("example.org", 60)
    >>> manners.is_resting("example.org")
    True
    """

    def __init__(self, per_host: int) -> None:
        self._lock = threading.Lock()
        self._seats: defaultdict[str, threading.BoundedSemaphore] = defaultdict(
            lambda: threading.BoundedSemaphore(per_host)
        )
        self._resting_until: dict[str, float] = {}

    @contextmanager
    def at(self, host: str) -> Iterator[None]:
        """While entered, one of the host's seats is taken."""
        with self._lock:
            seats = self._seats[host]
        with seats:
            yield

    def rest(self, host: str, seconds: float) -> None:
        with self._lock:
            until = time.monotonic() + seconds
            self._resting_until[host] = max(until, self._resting_until.get(host, 0.0))

    def is_resting(self, host: str) -> bool:
        with self._lock:
            return time.monotonic() < self._resting_until.get(host, 0.0)

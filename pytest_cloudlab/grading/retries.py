"""Time for asking again what could not be judged."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

PAUSE_S = 1.0
"""Before each try but the first."""


class Retries:
    """A session's time for retries, shared by its checks; a check's first try takes nothing of it."""

    def __init__(self, within_s: float) -> None:
        self._left_s = within_s

    @property
    def left(self) -> bool:
        """Whether another try may begin; it may end late."""
        return self._left_s >= PAUSE_S

    @contextmanager
    def another(self) -> Iterator[None]:
        """One more try, after a pause."""
        started = time.monotonic()
        time.sleep(PAUSE_S)
        try:
            yield
        finally:
            self._left_s -= time.monotonic() - started

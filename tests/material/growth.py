"""Whether work grows in proportion to a page, or with its square."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES = 8
LEAST_S = 0.02
TRIES = 4


def in_proportion(work: Callable[[int], object], count: int) -> None:
    """Fails when the CPU time for eight times `count` is that of something quadratic, which would take 64
    times as long. Measured again where it seems so: a busy machine slows down some, hardly ever all."""
    once = often = float("inf")
    for _ in range(TRIES):
        once, often = min(once, _took_s(work, count)), min(often, _took_s(work, TIMES * count))
        if often < 4 * TIMES * max(once, LEAST_S):
            return
    raise AssertionError(f"{once:.3f} s for {count}, {often:.3f} s for {TIMES * count}")


def _took_s(work: Callable[[int], object], count: int) -> float:
    started = time.process_time()
    work(count)
    return time.process_time() - started

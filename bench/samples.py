"""Times of several contenders, taken in turn, so that what else the machine does falls on all alike."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles

Samples = dict[str, list[float]]


def interleaved(
    contenders: Mapping[str, Callable[[], object]], rounds: int, *, often: Mapping[str, int] | None = None
) -> Samples:
    """Milliseconds of each contender, one in each round, after one of each that is not counted.

    `often` names those that run several times a round. Every second round goes backwards: nobody always
    runs after the same one.
    """
    often = often or {}
    found: Samples = {name: [] for name in contenders}
    for run in contenders.values():
        run()
    for number in range(rounds):
        names = list(contenders)
        for name in names if number % 2 == 0 else reversed(names):
            for _ in range(often.get(name, 1)):
                started = time.perf_counter()
                contenders[name]()
                found[name].append((time.perf_counter() - started) * 1000)
    return found


def middle_half(samples: Sequence[float]) -> tuple[float, float]:
    """The first and the third quartile."""
    first, _, third = quantiles(samples, n=4)
    return first, third


def median_between(samples: Sequence[float]) -> tuple[float, float, float]:
    """The median, and between which two samples the true one lies with 95 % confidence.

    The bounds are order statistics: they assume no shape of the noise.
    """
    ordered = sorted(samples)
    half_width = 0.98 * math.sqrt(len(ordered))
    low = max(0, math.floor(len(ordered) / 2 - half_width))
    high = min(len(ordered) - 1, math.ceil(len(ordered) / 2 + half_width))
    return median(ordered), ordered[low], ordered[high]

"""Which sabotages every run of the tests plays, and which only a run of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import pytest


class Red(Protocol):
    """What choosing needs of a sabotage."""

    red: frozenset[str]


def played(sabotages: Sequence[type[Any]]) -> list[Any]:
    """Parameters of a test: all of them. Those without which every check still turns red are `exhaustive`."""
    needed = _needed(sabotages)
    return [one if one in needed else pytest.param(one, marks=pytest.mark.exhaustive) for one in sabotages]


def _needed(sabotages: Sequence[type[Red]]) -> set[type[Red]]:
    """Few that turn red what all do, those that turn the most red first."""
    needed: set[type[Red]] = set()
    left = {check for one in sabotages for check in one.red}
    while left:
        best = max(sabotages, key=lambda one: len(one.red & left))
        needed.add(best)
        left -= best.red
    return needed

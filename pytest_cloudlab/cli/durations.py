"""Durations as people write them: 30s, 5m, 1h."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import click

UNITS = {"": 1, "ms": 0.001, "s": 1, "m": 60, "h": 3600}


if TYPE_CHECKING:
    Parameter = click.ParamType[float]
else:
    # Generic since click 8.3 only.
    Parameter = click.ParamType


class Duration(Parameter):
    """Seconds; a number alone is in seconds. Bounded, because an `inf` or a year is a slip."""

    name = "duration"

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if not isinstance(value, str):
            return value
        match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s?(ms|s|m|h|)", value.strip(), re.ASCII)
        if not match:
            self.fail(f"{value!r} is not a duration such as 30s, 5m or 1h.", param, ctx)
        seconds = float(match[1]) * UNITS[match[2]]
        if not 0 < seconds <= self._longest_s:
            self.fail(f"{value!r} is not more than 0 and at most {shown(self._longest_s)}.", param, ctx)
        return seconds


def shown(seconds: float) -> str:
    """
    >>> shown(0.25), shown(90), shown(300), shown(7200)
    ('0.25 s', '90 s', '5 min', '2 h')
    """
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def roughly(seconds: float, *, rounded: bool = False) -> str:
    """For a clock that runs; an estimate is `rounded`.

    >>> roughly(34.2), roughly(125), roughly(4000), roughly(125, rounded=True), roughly(34.2, rounded=True)
    ('34 s', '2 min 05 s', '1 h 07 min', '2 min', '40 s')
    """
    if rounded:
        step = 60 if seconds > 90 else 10
        seconds = max(1, math.ceil(seconds / step - 0.25)) * step
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600} h {round(whole % 3600 / 60):02} min"
    if whole >= 60:
        return f"{whole // 60} min" if rounded else f"{whole // 60} min {whole % 60:02} s"
    return f"{whole} s"

"""Moments as Kubernetes writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime


def now() -> str:
    """To the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_the_second(told: str) -> str:
    """What the engine says, as Kubernetes would."""
    return re.sub(r"\.\d+Z$", "Z", told)


def age(told: str) -> str:
    """How long ago that was, as kubectl shows it.

    >>> age("")
    '<unknown>'
    """
    if not told:
        return "<unknown>"
    seconds = max(0, int((datetime.now(UTC) - datetime.fromisoformat(told)).total_seconds()))
    for unit, length, least in (("d", 86400, 2), ("h", 3600, 3), ("m", 60, 2)):
        if seconds >= least * length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"

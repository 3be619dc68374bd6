"""A connection to a machine that was lost and opened again: no verdict, but something to tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Reconnection:
    address: str
    """Of the machine, e.g. `ssh://alice@desktop:4242`."""
    at: datetime
    """When it was open again; UTC."""
    took_s: float
    """What opening it again took."""
    why: str
    """What was noticed of its end."""

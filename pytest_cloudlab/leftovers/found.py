"""What a search for leftovers came to."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_cloudlab.leftovers.leftover import Leftover
from pytest_cloudlab.leftovers.prices import Prices


@dataclass(frozen=True)
class Unseen:
    """A place that could not be looked at: what is there is not known to be gone."""

    what: str
    why: str


@dataclass(frozen=True)
class Found:
    leftovers: tuple[Leftover, ...]
    unseen: tuple[Unseen, ...]
    prices: Prices
    """What the estimates were made from."""

    def of(self, team: str) -> tuple[Leftover, ...]:
        """What belongs to that team; of an empty one, what all teams share."""
        return tuple(one for one in self.leftovers if one.owner.team == team)

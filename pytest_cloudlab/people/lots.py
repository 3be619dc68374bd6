"""Chance that anybody can draw again: what comes before what follows from a seed and from nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def drawn(seed: int, items: Iterable[str], *about: str) -> list[str]:
    """`items` in the order that the seed gives them; each one's lot depends on itself alone, so that another
    one more or less does not reorder the rest.

    >>> drawn(1, ["alice", "bob", "carol"]), drawn(1, ["carol", "alice"])
    (['bob', 'carol', 'alice'], ['carol', 'alice'])
    """
    return sorted(items, key=lambda item: (_lot(seed, *about, item), item))


def _lot(seed: int, *words: str) -> bytes:
    return hashlib.sha256("\0".join((str(seed), *words)).encode()).digest()

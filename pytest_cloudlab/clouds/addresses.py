"""Reserved addresses, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Address:
    name: str
    region: str
    """E.g. `europe-west1`; empty for a global one."""
    address: str
    status: str
    """`RESERVED` or `IN_USE`."""
    users: tuple[str, ...] = ()
    """Links of what uses it."""
    created: str = ""
    """RFC 3339."""

    @classmethod
    def parse(cls, found: Any) -> Address:
        """From a `compute_v1.Address`."""
        return cls(
            name=found.name,
            region=found.region.rpartition("/")[2],
            address=found.address,
            status=found.status,
            users=tuple(found.users),
            created=found.creation_timestamp,
        )

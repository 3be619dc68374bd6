"""Images that a project keeps to make disks of, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class VmImage:
    name: str
    family: str
    """Empty when it has none."""
    size_gb: int
    """Of a disk made of it."""
    archive_size_bytes: int
    """What is stored, and paid for."""
    created: str = ""
    """RFC 3339."""

    @classmethod
    def parse(cls, found: Any) -> VmImage:
        """From a `compute_v1.Image`."""
        return cls(
            name=found.name,
            family=found.family,
            size_gb=found.disk_size_gb,
            archive_size_bytes=found.archive_size_bytes,
            created=found.creation_timestamp,
        )

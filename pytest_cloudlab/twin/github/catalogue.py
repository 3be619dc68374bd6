"""The sizes a codespace can have, and the places it can be in."""

from __future__ import annotations

from typing import Any

GIB = 1024**3

DEFAULT_LOCATION = "WestEurope"
LOCATIONS = ("EastUs", "SouthEastAsia", "WestEurope", "WestUs2")
GEOS = {
    "EuropeWest": "WestEurope",
    "SoutheastAsia": "SouthEastAsia",
    "UsEast": "EastUs",
    "UsWest": "WestUs2",
}
"""The newer word for a place, with the older one that the API still answers."""


def _machine(name: str, cpus: int, memory_gib: int, disk_gib: int) -> dict[str, Any]:
    return {
        "name": name,
        "display_name": f"{cpus} cores, {memory_gib} GB RAM, {disk_gib} GB storage",
        "operating_system": "linux",
        "storage_in_bytes": disk_gib * GIB,
        "memory_in_bytes": memory_gib * GIB,
        "cpus": cpus,
        "prebuild_availability": None,
    }


MACHINES = {
    machine["name"]: machine
    for machine in (
        _machine("basicLinux32gb", 2, 8, 32),
        _machine("standardLinux32gb", 4, 16, 32),
        _machine("premiumLinux", 8, 32, 64),
    )
}
"""By name, the smallest first: that is what a codespace gets when nobody asks."""

"""What a thing costs a day, by a dated table of list prices."""

from __future__ import annotations

import datetime
import functools
import tomllib
from importlib.resources import files

import msgspec

HOURS = 24
DAYS = 30.4
"""In a month, for prices that are given by the month."""
GIB = 1 << 30


class Size(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cpu: float
    memory_gb: float


class Codespace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cpu_hour: float
    gb_month: float


class Prices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`prices.toml`. Every method gives US dollars a day, and None for what the table does not know.

    >>> round(price_table().vm("n1-standard-1"), 2)
    1.25
    """

    as_of: datetime.date
    region: str
    vm_hour: dict[str, Size]
    """Price of a processor and of a GB of memory, by family."""
    machine_types: dict[str, Size]
    disk_gb_month: dict[str, float]
    address_hour: dict[str, float]
    storage_gb_month: dict[str, float]
    codespace: Codespace

    def vm(self, machine_type: str) -> float | None:
        """A VM that runs, without its disks and its address."""
        size = self.machine_types.get(machine_type)
        price = self.vm_hour.get(machine_type.partition("-")[0])
        if size is None or price is None:
            return None
        return HOURS * (size.cpu * price.cpu + size.memory_gb * price.memory_gb)

    def disk(self, kind: str, size_gb: float) -> float | None:
        price = self.disk_gb_month.get(kind)
        return None if price is None else size_gb * price / DAYS

    def address(self, *, in_use: bool) -> float:
        return HOURS * self.address_hour["in_use" if in_use else "reserved"]

    def stored(self, kind: str, size_bytes: int) -> float:
        """`kind` is `image` or `bucket`."""
        return size_bytes / GIB * self.storage_gb_month[kind] / DAYS

    def a_codespace(self, *, cpus: int, disk_bytes: int, runs: bool) -> float:
        running = HOURS * cpus * self.codespace.cpu_hour if runs else 0.0
        return running + disk_bytes / GIB * self.codespace.gb_month / DAYS


@functools.cache
def price_table() -> Prices:
    text = files("pytest_cloudlab.leftovers").joinpath("prices.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Prices)

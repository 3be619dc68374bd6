"""What `lab.toml` sets, and the types it must have."""

from __future__ import annotations

import msgspec


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refuses keys that it does not declare."""


class Names(Table, frozen=True):
    image: str
    instance: str


class Vm(Table, frozen=True):
    machine_type: str
    image_family: str
    image_project: str
    disk_size_gb: int
    scopes: list[str]


class Ports(Table, frozen=True):
    service: int
    tunnel: int


class Parameters(Table, frozen=True):
    names: Names
    vm: Vm
    ports: Ports

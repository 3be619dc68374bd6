"""What providers ask of Compute Engine: `clouds.compute.Compute` is one, a test may bring its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pytest_cloudlab.clouds.compute import Instance, InstanceSpec


class Machines(Protocol):
    """The VMs of one project."""

    @property
    def project(self) -> str: ...

    def instance(self, name: str, zones: Sequence[str]) -> Instance: ...

    def create(self, spec: InstanceSpec) -> Instance: ...

    def delete(self, name: str, zone: str) -> None: ...

    def host_keys(self, name: str, zone: str) -> list[str]: ...

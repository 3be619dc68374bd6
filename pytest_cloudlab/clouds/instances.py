"""The words of Compute Engine as frozen data, and their translation from and to the API's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_cloudlab.clouds.declaration import CONTAINER_DECLARATION, DeclaredContainer, declared
from pytest_cloudlab.clouds.scopes import expand


@dataclass(frozen=True)
class Disk:
    name: str
    zone: str
    size_gb: int
    type: str
    """E.g. `pd-standard`."""
    source_image: str
    """The address of the image it was made from; empty for an empty disk."""
    image_family: str
    """The family of that image; empty when the image is gone or has none."""
    boot: bool = False
    """Whether it is attached as a boot disk; False where a disk is listed by itself."""


@dataclass(frozen=True)
class Instance:
    name: str
    id: str
    """Never reused, unlike the name."""
    zone: str
    status: str
    """`RUNNING`, `TERMINATED` (stopped), …"""
    machine_type: str
    """E.g. `n1-standard-1`."""
    scopes: tuple[str, ...]
    """Full addresses; `scopes.expand` makes them of gcloud's short names."""
    disks: tuple[Disk, ...]
    external_ip: str
    """Empty when there is none, as when it is stopped."""
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Left out of the repr: it may hold keys."""
    labels: Mapping[str, str] = field(default_factory=dict)
    created: str = ""
    """RFC 3339."""
    network_tags: tuple[str, ...] = ()
    """What firewall rules know it by."""

    @property
    def declared_container(self) -> DeclaredContainer | None:
        """What its metadata tells a Container-Optimized OS to run; None when that is nothing, or nonsense."""
        try:
            return declared(self.metadata.get(CONTAINER_DECLARATION, ""))
        except ValueError:
            return None

    @classmethod
    def parse(cls, found: Any, disks: tuple[Disk, ...]) -> Instance:
        """From a `compute_v1.Instance`."""
        addresses = [access.nat_i_p for net in found.network_interfaces for access in net.access_configs]
        return cls(
            name=found.name,
            id=str(found.id),
            zone=short(found.zone),
            status=found.status,
            machine_type=short(found.machine_type),
            scopes=tuple(scope for account in found.service_accounts for scope in account.scopes),
            disks=disks,
            external_ip=next(filter(None, addresses), ""),
            metadata={item.key: item.value for item in found.metadata.items},
            labels=dict(found.labels),
            created=found.creation_timestamp,
            network_tags=tuple(found.tags.items),
        )


@dataclass(frozen=True)
class InstanceSpec:
    name: str
    zone: str
    machine_type: str
    image_family: str
    image_project: str
    disk_size_gb: int
    disk_type: str = "pd-standard"
    disk_auto_delete: bool = True
    """Whether the boot disk goes with the VM."""
    scopes: tuple[str, ...] = ()
    """gcloud's short names or full addresses."""
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    labels: Mapping[str, str] = field(default_factory=dict)
    max_run_s: int = 0
    """After which Compute Engine deletes it by itself; 0: never."""

    def resource(self) -> dict[str, Any]:
        """As a `compute_v1.Instance`, for `insert`."""
        resource: dict[str, Any] = {
            "name": self.name,
            "machine_type": f"zones/{self.zone}/machineTypes/{self.machine_type}",
            "disks": [
                {
                    "boot": True,
                    "auto_delete": self.disk_auto_delete,
                    "initialize_params": {
                        "source_image": f"projects/{self.image_project}/global/images/family/"
                        f"{self.image_family}",
                        "disk_size_gb": self.disk_size_gb,
                        "disk_type": f"zones/{self.zone}/diskTypes/{self.disk_type}",
                    },
                }
            ],
            "network_interfaces": [
                {
                    "network": "global/networks/default",
                    "access_configs": [{"type_": "ONE_TO_ONE_NAT", "name": "External NAT"}],
                }
            ],
            "metadata": {"items": [{"key": k, "value": v} for k, v in self.metadata.items()]},
            "labels": dict(self.labels),
        }
        if self.scopes:
            account = {"email": "default", "scopes": [expand(scope) for scope in self.scopes]}
            resource["service_accounts"] = [account]
        if self.max_run_s:
            resource["scheduling"] = {
                "max_run_duration": {"seconds": self.max_run_s},
                "instance_termination_action": "DELETE",
                # The API takes a limit on the run only where it need not start the VM again.
                "automatic_restart": False,
            }
        return resource


def short(address: str) -> str:
    """The last part of a resource's address.

    >>> short("https://www.googleapis.com/compute/v1/projects/p/zones/z/diskTypes/pd-ssd")
    'pd-ssd'
    """
    return address.rpartition("/")[2]

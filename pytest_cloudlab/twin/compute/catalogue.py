"""What a project finds ready: zones, machine types, disk types, images.

Clients send the addresses of these without ever asking for them, so bad ones are refused here.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.links import link, relative

CREATED = "2024-01-09T00:00:00.000-08:00"

MACHINE_TYPES = {
    "e2-micro": (2, 1024),
    "e2-small": (2, 2048),
    "e2-medium": (2, 4096),
    "e2-standard-2": (2, 8192),
    "e2-standard-4": (4, 16384),
    "f1-micro": (1, 614),
    "g1-small": (1, 1740),
    "n1-standard-1": (1, 3840),
    "n1-standard-2": (2, 7680),
    "n1-standard-4": (4, 15360),
    "n2-standard-2": (2, 8192),
    "n2-standard-4": (4, 16384),
}
"""Name to vCPUs and MiB."""

DISK_TYPES = {"pd-standard": 500, "pd-balanced": 100, "pd-ssd": 100}
"""Name to the default size in GB."""


@dataclass(frozen=True)
class Image:
    project: str
    name: str
    family: str
    size_gb: int
    jupyter: bool = False
    """Whether its VMs serve Jupyter on port 8080."""

    def resource(self) -> dict[str, Any]:
        return {
            "kind": "compute#image",
            "id": public_id("image", self.project, self.name),
            "creationTimestamp": CREATED,
            "name": self.name,
            "description": f"The twin's stand-in for {self.family}: a container.",
            "sourceType": "RAW",
            "status": "READY",
            "archiveSizeBytes": "1073741824",
            "diskSizeGb": str(self.size_gb),
            "family": self.family,
            "architecture": "X86_64",
            "labelFingerprint": "42WmSpB8rSM=",
            "selfLink": self.link,
        }

    @property
    def link(self) -> str:
        return link(self.project, "global", "images", self.name)


IMAGES = (
    Image("deeplearning-platform-release", "common-cpu-v20240922-debian-11", "common-cpu", 50, jupyter=True),
    Image(
        "deeplearning-platform-release",
        "common-cpu-v20240922-debian-11-py310",
        "common-cpu-debian-11",
        50,
        True,
    ),
    Image("debian-cloud", "debian-11-bullseye-v20240910", "debian-11", 10),
    Image("debian-cloud", "debian-12-bookworm-v20240910", "debian-12", 10),
    Image("ubuntu-os-cloud", "ubuntu-2204-jammy-v20240904", "ubuntu-2204-lts", 10),
    Image("cos-cloud", "cos-stable-113-18244-151-50", "cos-stable", 10),
    # What the course's page names; the family has moved on since.
    Image("cos-cloud", "cos-stable-109-17800-66-27", "cos-stable", 10),
)

PUBLIC = frozenset(
    (
        *(image.project for image in IMAGES),
        "centos-cloud",
        "fedora-cloud",
        "fedora-coreos-cloud",
        "opensuse-cloud",
        "oracle-linux-cloud",
        "rhel-cloud",
        "rhel-sap-cloud",
        "rocky-linux-accelerator-cloud",
        "rocky-linux-cloud",
        "suse-cloud",
        "suse-sap-cloud",
        "ubuntu-os-accelerator-images",
        "ubuntu-os-pro-cloud",
        "windows-cloud",
        "windows-sql-cloud",
    )
)
"""Projects whose images `gcloud compute images list` asks for."""


def images(project: str) -> list[Image]:
    return [image for image in IMAGES if image.project == project]


def find_image(project: str, *, name: str = "", family: str = "") -> Image:
    """Raises `ApiError` 404."""
    for image in images(project):
        if name == image.name or (family and family == image.family):
            return image
    where = f"family/{family}" if family else name
    raise ApiError(404, f"The resource 'projects/{project}/global/images/{where}' was not found")


def image_of(url: str, own_project: str) -> Image:
    """The image that a boot disk's `sourceImage` names. Raises `ApiError` 400 or 404."""
    path = relative(url)
    if path.startswith("global/"):
        path = f"{own_project}/{path}"
    # gcloud names the families of Google's public projects by zone: `zones/-/imageFamilyViews/debian-12`.
    path = re.sub(r"/zones/[^/]+/imageFamilyViews/", "/global/images/family/", path)
    match = re.fullmatch(r"([^/]+)/global/images/(family/)?([^/]+)", path)
    if not match:
        raise ApiError(
            400, f"Invalid value for field 'resource.disks[0].initializeParams.sourceImage': '{url}'."
        )
    project, family, name = match.groups()
    return find_image(project, family=name) if family else find_image(project, name=name)


def zone(project: str, name: str) -> dict[str, Any]:
    region = name.rpartition("-")[0]
    return {
        "kind": "compute#zone",
        "id": public_id("zone", name),
        "creationTimestamp": CREATED,
        "name": name,
        "description": name,
        "status": "UP",
        "region": link(project, "regions", region),
        "selfLink": link(project, "zones", name),
        "availableCpuPlatforms": ["Intel Haswell"],
    }


def machine_type(project: str, zone: str, name: str) -> dict[str, Any]:
    """Raises `ApiError` 404."""
    if name not in MACHINE_TYPES:
        raise ApiError(
            404, f"The resource 'projects/{project}/zones/{zone}/machineTypes/{name}' was not found"
        )
    cpus, memory_mb = MACHINE_TYPES[name]
    return {
        "kind": "compute#machineType",
        "id": public_id("machineType", name),
        "creationTimestamp": CREATED,
        "name": name,
        "description": f"{cpus} vCPU, {memory_mb} MB RAM",
        "guestCpus": cpus,
        "memoryMb": memory_mb,
        "maximumPersistentDisks": 128,
        "maximumPersistentDisksSizeGb": "263168",
        "isSharedCpu": name.endswith(("micro", "small")),
        "architecture": "X86_64",
        "zone": zone,
        "selfLink": link(project, "zones", zone, "machineTypes", name),
    }


def disk_type(project: str, zone: str, name: str) -> dict[str, Any]:
    """Raises `ApiError` 404."""
    if name not in DISK_TYPES:
        raise ApiError(404, f"The resource 'projects/{project}/zones/{zone}/diskTypes/{name}' was not found")
    return {
        "kind": "compute#diskType",
        "id": public_id("diskType", name),
        "creationTimestamp": CREATED,
        "name": name,
        "validDiskSize": "10GB-65536GB",
        "defaultDiskSizeGb": str(DISK_TYPES[name]),
        "zone": link(project, "zones", zone),
        "selfLink": link(project, "zones", zone, "diskTypes", name),
    }


def public_id(*parts: str) -> str:
    """The same on every machine, as the ids of public resources are."""
    return str(int.from_bytes(hashlib.sha256("/".join(parts).encode()).digest()[:7], "big") + (1 << 56))

"""A VM as Compute Engine describes it, made from the body of an insert; what is wrong is refused."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.catalogue import Image, image_of, machine_type
from pytest_cloudlab.twin.compute.disk import disk as described_disk
from pytest_cloudlab.twin.compute.fields import INSTANCE, require_known
from pytest_cloudlab.twin.compute.firewall import network
from pytest_cloudlab.twin.compute.links import NAME, fingerprint, link, new_id, now, relative
from pytest_cloudlab.twin.compute.metadata import metadata
from pytest_cloudlab.twin.compute.resources import Resource
from pytest_cloudlab.twin.compute.serial import SerialPort

MIN_RUN_S, MAX_RUN_S = 30, 120 * 24 * 3600


@dataclass
class Instance:
    resource: Resource
    image: Image
    container: str
    """The name of the container that plays it."""
    run_for_s: int
    """0: no limit of its own."""
    address: str = ""
    """Its own, and its external one where it has any; empty until it is made."""
    expires: float = 0.0
    """Unix time; 0: when it pleases."""
    hangs: bool = False
    """It never gets through its boot."""
    declared: bool = False
    """Whether its declared container was dealt with since it booted."""
    serial: SerialPort = field(default_factory=SerialPort)
    expiry: asyncio.TimerHandle | None = None
    agent: asyncio.Task[None] | None = None
    """Pulls and starts its declared container."""
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while its container is changed, so that changes follow each other."""

    @property
    def name(self) -> str:
        return str(self.resource["name"])

    @property
    def zone(self) -> str:
        return str(self.resource["zone"]).rpartition("/")[2]

    @property
    def public(self) -> list[Resource]:
        """The access configurations that show an external address."""
        return [
            config for nic in self.resource["networkInterfaces"] for config in nic.get("accessConfigs", [])
        ]

    @property
    def of_container_os(self) -> bool:
        return self.image.project == "cos-cloud"


def described(project: str, zone: str, body: Resource, container_prefix: str) -> tuple[Instance, Resource]:
    """The instance and its boot disk that the body of an insert asks for. Raises `ApiError`."""
    require_known(body, INSTANCE, "resource")
    name = str(body.get("name", ""))
    if not NAME.fullmatch(name):
        raise _invalid("resource.name", name, f"Must be a match of regex '{NAME.pattern}'")
    machine = _machine_type(project, zone, str(body.get("machineType", "")))
    run_for_s, scheduling = _scheduling(body.get("scheduling") or {})
    disk, image, attached = _boot_disk(project, zone, name, body.get("disks") or [])
    identity = new_id()
    resource: Resource = {
        "kind": "compute#instance",
        "id": identity,
        "creationTimestamp": now(),
        "name": name,
        "description": body.get("description", ""),
        "tags": tags(body.get("tags") or {}),
        "machineType": machine,
        "status": "PROVISIONING",
        "zone": link(project, "zones", zone),
        "canIpForward": bool(body.get("canIpForward", False)),
        "networkInterfaces": [
            _interface(project, zone, nic) for nic in (body.get("networkInterfaces") or [{}])[:1]
        ],
        "disks": [attached],
        "metadata": metadata(body.get("metadata")),
        "serviceAccounts": [_account(project, account) for account in body.get("serviceAccounts") or []],
        "selfLink": link(project, "zones", zone, "instances", name),
        "scheduling": scheduling,
        "cpuPlatform": "Intel Haswell",
        "labels": dict(body.get("labels") or {}),
        "labelFingerprint": fingerprint(body.get("labels") or {}),
        "startRestricted": False,
        "deletionProtection": bool(body.get("deletionProtection", False)),
    }
    resource["fingerprint"] = fingerprint(identity)
    disk["users"] = [resource["selfLink"]]
    return Instance(resource, image, f"{container_prefix}-{name}-{identity[-6:]}", run_for_s), disk


def _machine_type(project: str, zone: str, url: str) -> str:
    path = relative(url)
    match = re.fullmatch(r"(?:([^/]+)/)?zones/([^/]+)/machineTypes/([^/]+)", path)
    if not match or match[1] not in (None, project) or match[2] != zone:
        raise _invalid("resource.machineType", url, "The URL is malformed or names another zone.")
    try:
        return str(machine_type(project, zone, match[3])["selfLink"])
    except ApiError:
        full = link(project, "zones", zone, "machineTypes", match[3])
        raise _invalid(
            "resource.machineType",
            full,
            f"Machine type with name '{match[3]}' does not exist in zone '{zone}'.",
        ) from None


def _boot_disk(
    project: str, zone: str, instance: str, disks: list[Resource]
) -> tuple[Resource, Image, Resource]:
    """The disk, its image and the way it is attached."""
    if len(disks) != 1 or not disks[0].get("boot"):
        raise ApiError(
            400, "Invalid value for field 'resource.disks': the twin takes exactly one disk, a boot disk."
        )
    wanted = disks[0]
    parameters = wanted.get("initializeParams") or {}
    at = "resource.disks[0].initializeParams"
    image = image_of(str(parameters.get("sourceImage", "")), project)
    disk = described_disk(
        project,
        zone,
        {
            "name": parameters.get("diskName") or instance,
            "sizeGb": parameters.get("diskSizeGb"),
            "type": parameters.get("diskType"),
            "labels": parameters.get("labels"),
        },
        image,
        names={key: f"{at}.{name}" for key, name in (("type", "diskType"), ("sizeGb", "diskSizeGb"))},
    )
    disk["lastAttachTimestamp"] = now()
    attached: Resource = {
        "kind": "compute#attachedDisk",
        "type": "PERSISTENT",
        "mode": "READ_WRITE",
        "source": disk["selfLink"],
        "deviceName": wanted.get("deviceName") or "persistent-disk-0",
        "index": 0,
        "boot": True,
        # The API's own default; both gcloud and the console send true.
        "autoDelete": bool(wanted.get("autoDelete", False)),
        "interface": "SCSI",
        "diskSizeGb": disk["sizeGb"],
        "architecture": "X86_64",
    }
    return disk, image, attached


def _scheduling(body: Resource) -> tuple[int, Resource]:
    scheduling: Resource = {
        "onHostMaintenance": body.get("onHostMaintenance", "MIGRATE"),
        "automaticRestart": bool(body.get("automaticRestart", True)),
        "preemptible": bool(body.get("preemptible", False)),
        "provisioningModel": body.get("provisioningModel", "STANDARD"),
    }
    if action := body.get("instanceTerminationAction"):
        if action not in ("DELETE", "STOP"):
            raise _invalid("resource.scheduling.instanceTerminationAction", action, "Must be DELETE or STOP.")
        scheduling["instanceTerminationAction"] = action
    limit = body.get("maxRunDuration")
    if not limit:
        return 0, scheduling
    seconds = int(limit.get("seconds") or 0)
    if not MIN_RUN_S <= seconds <= MAX_RUN_S:
        problem = f"Must be from {MIN_RUN_S} to {MAX_RUN_S} seconds."
        raise _invalid("resource.scheduling.maxRunDuration", str(seconds), problem)
    if not action:
        raise ApiError(400, "A limited run duration needs an instance termination action.")
    scheduling["maxRunDuration"] = {"seconds": str(seconds)}
    return seconds, scheduling


def _interface(project: str, zone: str, body: Resource) -> Resource:
    if body.get("networkIP"):
        raise ApiError(400, "The twin chooses the internal address of a VM.")
    region = zone.rpartition("-")[0]
    interface: Resource = {
        "kind": "compute#networkInterface",
        "name": "nic0",
        "network": network(project, str(body.get("network") or "global/networks/default")),
        "subnetwork": link(project, "regions", region, "subnetworks", "default"),
        "stackType": "IPV4_ONLY",
        "fingerprint": fingerprint(body),
    }
    if body.get("accessConfigs"):
        name = body["accessConfigs"][0].get("name") or "External NAT"
        config = {
            "kind": "compute#accessConfig",
            "type": "ONE_TO_ONE_NAT",
            "name": name,
            "networkTier": "PREMIUM",
        }
        if reserved := body["accessConfigs"][0].get("natIP"):
            config["natIP"] = str(reserved)
        interface["accessConfigs"] = [config]
    return interface


def _account(project: str, body: Resource) -> Resource:
    email = str(body.get("email") or "default")
    if email == "default":
        email = f"{project}-compute@developer.gserviceaccount.com"
    return {"email": email, "scopes": list(body.get("scopes") or [])}


def tags(body: Resource) -> Resource:
    """As a response shows them. Raises `ApiError` 400."""
    items = list(body.get("items") or [])
    for item in items:
        if not NAME.fullmatch(str(item)):
            raise _invalid("resource.tags.items", item, f"Must be a match of regex '{NAME.pattern}'")
    return {"fingerprint": fingerprint(items), **({"items": items} if items else {})}


def _invalid(at: str, found: Any, problem: str) -> ApiError:
    return ApiError(400, f"Invalid value for field '{at}': '{found}'. {problem}")

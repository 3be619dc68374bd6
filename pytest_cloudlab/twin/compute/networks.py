"""The network that a project finds ready, its regions, and the rules that let people in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.catalogue import CREATED, MACHINE_TYPES, public_id
from pytest_cloudlab.twin.compute.firewall import ANYWHERE, firewall
from pytest_cloudlab.twin.compute.links import link
from pytest_cloudlab.twin.compute.resources import Resource

LIMITS = {
    "CPUS": 24.0,
    "DISKS_TOTAL_GB": 4096.0,
    "STATIC_ADDRESSES": 8.0,
    "IN_USE_ADDRESSES": 8.0,
    "INSTANCES": 24.0,
}
"""Shown, and named where a quota is exceeded on purpose; the twin counts to none of them."""


def regions(zones: Iterable[str]) -> list[str]:
    """
    >>> regions(["europe-west1-b", "europe-west1-c", "europe-west4-a"])
    ['europe-west1', 'europe-west4']
    """
    return list(dict.fromkeys(zone.rpartition("-")[0] for zone in zones))


def region(project: str, name: str, zones: Iterable[str], usage: Mapping[str, float]) -> Resource:
    return {
        "kind": "compute#region",
        "id": public_id("region", name),
        "creationTimestamp": CREATED,
        "name": name,
        "description": name,
        "status": "UP",
        "zones": [link(project, "zones", zone) for zone in zones if zone.rpartition("-")[0] == name],
        "quotas": [
            {"metric": metric, "limit": limit, "usage": usage.get(metric, 0.0)}
            for metric, limit in LIMITS.items()
        ],
        "selfLink": link(project, "regions", name),
    }


def usage(
    vms: Iterable[Resource], disks: Iterable[Resource], addresses: Iterable[Resource]
) -> dict[str, float]:
    """What a region's resources take of its quotas."""
    running = [vm for vm in vms if vm["status"] != "TERMINATED"]
    reserved = list(addresses)
    return {
        "CPUS": float(sum(MACHINE_TYPES[vm["machineType"].rpartition("/")[2]][0] for vm in running)),
        "INSTANCES": float(len(running)),
        "DISKS_TOTAL_GB": float(sum(int(disk["sizeGb"]) for disk in disks)),
        "STATIC_ADDRESSES": float(len(reserved)),
        "IN_USE_ADDRESSES": float(len(running)),
    }


def network(project: str, name: str, all_regions: Iterable[str]) -> Resource:
    """Raises `ApiError` 404."""
    if name != "default":
        raise ApiError(404, f"The resource 'projects/{project}/global/networks/{name}' was not found")
    return {
        "kind": "compute#network",
        "id": public_id("network", project),
        "creationTimestamp": CREATED,
        "name": name,
        "description": "Default network for the project",
        "autoCreateSubnetworks": True,
        "subnetworks": [link(project, "regions", each, "subnetworks", "default") for each in all_regions],
        "routingConfig": {"routingMode": "REGIONAL"},
        "networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
        "selfLink": link(project, "global", "networks", name),
    }


def subnetwork(project: str, region: str, name: str, addresses: str, gateway: str) -> Resource:
    """All regions share the twin's one range. Raises `ApiError` 404."""
    if name != "default":
        where = f"projects/{project}/regions/{region}/subnetworks/{name}"
        raise ApiError(404, f"The resource '{where}' was not found")
    return {
        "kind": "compute#subnetwork",
        "id": public_id("subnetwork", project, region),
        "creationTimestamp": CREATED,
        "name": name,
        "network": link(project, "global", "networks", "default"),
        "ipCidrRange": addresses,
        "gatewayAddress": gateway,
        "region": link(project, "regions", region),
        "privateIpGoogleAccess": False,
        "purpose": "PRIVATE",
        "stackType": "IPV4_ONLY",
        "selfLink": link(project, "regions", region, "subnetworks", name),
    }


def default_rules(project: str, inside: str) -> list[Resource]:
    """Those of every new project; `inside` is the range of its VMs."""

    def rule(name: str, source: str, about: str, *allowed: Any) -> Resource:
        body = {"name": name, "description": about, "priority": 65534, "sourceRanges": [source]}
        return firewall(project, body | {"allowed": list(allowed)})

    def tcp(ports: str) -> Resource:
        return {"IPProtocol": "tcp", "ports": [ports]}

    return [
        rule("default-allow-icmp", ANYWHERE, "Allow ICMP from anywhere", {"IPProtocol": "icmp"}),
        rule(
            "default-allow-internal",
            inside,
            "Allow internal traffic on the default network",
            tcp("0-65535"),
            {"IPProtocol": "udp", "ports": ["0-65535"]},
            {"IPProtocol": "icmp"},
        ),
        rule("default-allow-rdp", ANYWHERE, "Allow RDP from anywhere", tcp("3389")),
        rule("default-allow-ssh", ANYWHERE, "Allow SSH from anywhere", tcp("22")),
    ]

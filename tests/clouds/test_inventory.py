"""What a project holds over all its zones and regions."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_cloudlab.clouds.addresses import Address
from pytest_cloudlab.clouds.firewalls import Firewall
from pytest_cloudlab.clouds.vm_images import VmImage
from pytest_cloudlab.errors import Forbidden, NotFound, TooMuch, Unreachable, UsageError

from .internet import Internet
from .test_compute import DISK, DONE, INSTANCE, WWW, engine, error, serves

P = "/compute/v1/projects/sdd"
EMPTY = {"warning": {"code": "NO_RESULTS_ON_PAGE"}}


def aggregated(kind: str, **scopes: Any) -> dict[str, Any]:
    return {"items": {scope: {kind: found} if found else EMPTY for scope, found in scopes.items()}}


def test_instances_of_all_zones(internet: Internet) -> None:
    """Each with its disks, which are asked for once and not one by one."""
    other = INSTANCE | {
        "name": "far",
        "zone": f"{WWW}/sdd/zones/z-b",
        "disks": [],
        "tags": {"items": ["web"]},
    }
    disk = DISK | {"zone": f"{WWW}/sdd/zones/z-a"}
    vms = aggregated("instances", **{"zones/z-a": [INSTANCE], "zones/z-b": [other], "zones/z-c": []})
    routes = {
        f"GET {P}/aggregated/instances": vms,
        f"GET {P}/aggregated/disks": aggregated("disks", **{"zones/z-a": [disk]}),
    }
    serves(internet, **routes)
    near, far = engine().all_instances()
    assert (near.name, near.zone, near.disks[0].image_family) == ("web", "z-a", "common-cpu")
    assert (far.name, far.zone, far.disks, far.network_tags) == ("far", "z-b", (), ("web",))
    assert sum("/disks" in path for _, path, _ in internet.seen) == 1


def test_disks_of_all_zones(internet: Internet) -> None:
    disks = aggregated("disks", **{"zones/z-b": [DISK | {"zone": f"{WWW}/sdd/zones/z-b"}]})
    serves(internet, **{f"GET {P}/aggregated/disks": disks})
    (disk,) = engine().all_disks()
    assert (disk.name, disk.zone, disk.size_gb, disk.type) == ("web", "z-b", 50, "pd-standard")


def test_addresses_of_all_regions_and_global_ones(internet: Internet) -> None:
    near = {"name": "a", "region": f"{WWW}/sdd/regions/r-1", "address": "192.0.2.1", "status": "IN_USE",
            "users": [f"{WWW}/sdd/zones/z-a/instances/web"], "creationTimestamp": "2026-01-02"}  # fmt: skip
    wide = {"name": "b", "address": "192.0.2.2", "status": "RESERVED"}
    found = aggregated("addresses", **{"regions/r-1": [near], "global": [wide]})
    serves(internet, **{f"GET {P}/aggregated/addresses": found})
    assert engine().addresses() == [
        Address("b", "", "192.0.2.2", "RESERVED"),
        Address("a", "r-1", "192.0.2.1", "IN_USE", (f"{WWW}/sdd/zones/z-a/instances/web",), "2026-01-02"),
    ]


def test_firewall_rules(internet: Internet) -> None:
    """All pages of them."""
    rule = {
        "name": "open", "network": f"{WWW}/sdd/global/networks/default", "priority": 7,
        "allowed": [{"IPProtocol": "tcp", "ports": ["8501", "90-99"]}, {"IPProtocol": "icmp"}],
        "direction": "INGRESS", "sourceRanges": ["0.0.0.0/0"], "targetTags": ["web"], "disabled": True,
    }  # fmt: skip
    deny = {"name": "shut", "direction": "EGRESS", "denied": [{"IPProtocol": "all"}]}

    def pages(asked: Any) -> None:
        second = "pageToken=more" in asked.path
        asked.say(200, {"items": [deny]} if second else {"items": [rule], "nextPageToken": "more"})

    serves(internet, **{f"GET {P}/global/firewalls": pages})
    allowed = (("tcp", ("8501", "90-99")), ("icmp", ()))
    assert engine().firewalls() == [
        Firewall("open", "default", "INGRESS", 7, allowed, (), ("0.0.0.0/0",), ("web",), True),
        Firewall("shut", "", "EGRESS", 0, (), (("all", ()),)),
    ]


def test_own_images(internet: Internet) -> None:
    image = {
        "name": "i",
        "family": "f",
        "diskSizeGb": "10",
        "archiveSizeBytes": "123",
        "creationTimestamp": "t",
    }
    serves(internet, **{f"GET {P}/global/images": {"items": [image]}})
    assert engine().own_images() == [VmImage("i", "f", 10, 123, "t")]


@pytest.mark.parametrize(
    "answer",
    [
        {"items": {"regions/r-1": {"warning": {"code": "UNREACHABLE", "message": "no"}}}},
        {"items": {}, "unreachables": ["regions/r-1"]},
    ],
    ids=["warning", "unreachables"],
)
def test_a_region_that_does_not_answer_is_not_empty(internet: Internet, answer: dict[str, Any]) -> None:
    """Who could not look does not say that nothing is there."""
    serves(internet, **{f"GET {P}/aggregated/addresses": answer})
    with pytest.raises(Unreachable, match="does not list the addresses of regions/r-1"):
        engine().addresses()


def test_lists_without_end(internet: Internet) -> None:
    serves(internet, **{f"GET {P}/aggregated/disks": {"items": {}, "nextPageToken": "again"}})
    with pytest.raises(TooMuch, match="100 pages"):
        engine().all_disks()


@pytest.mark.parametrize(
    ("path", "method", "args", "wait"),
    [
        ("global/firewalls/x", "delete_firewall", ("x",), "global"),
        ("global/images/x", "delete_image", ("x",), "global"),
        ("global/addresses/x", "delete_address", ("x", ""), "global"),
        ("regions/r-1/addresses/x", "delete_address", ("x", "r-1"), "regions/r-1"),
        ("zones/z-a/disks/x", "delete_disk", ("x", "z-a"), "zones/z-a"),
    ],
)
def test_deleting_waits_for_the_operation(
    internet: Internet, path: str, method: str, args: tuple[str, ...], wait: str
) -> None:
    """Where the operation is, is where the thing was; what is not there is not found."""
    running = DONE | {"status": "RUNNING"}
    routes = {f"DELETE {P}/{path}": running, f"POST {P}/{wait}/operations/op-1/wait": DONE}
    serves(internet, **routes)
    getattr(engine(), method)(*args)
    assert [verb for verb, _, _ in internet.seen] == ["DELETE", "POST"]
    serves(internet)
    with pytest.raises(NotFound, match=r"Compute Engine has no .* x"):
        getattr(engine(), method)(*args)


def test_what_is_in_use_is_not_deleted(internet: Internet) -> None:
    serves(internet, **{f"DELETE {P}/zones/z-a/disks/x": error(400, "The disk is in use", "resourceInUse")})
    with pytest.raises(UsageError, match="The disk is in use"):
        engine().delete_disk("x", "z-a")


def test_no_permission(internet: Internet) -> None:
    serves(internet, **{f"GET {P}/global/firewalls": error(403, "Required permission", "forbidden")})
    with pytest.raises(Forbidden, match="firewall rules of project sdd"):
        engine().firewalls()

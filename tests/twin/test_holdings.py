"""What a project holds besides VMs and rules, and what it has no room for."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_cloudlab.clouds.compute import Compute
from pytest_cloudlab.errors import NotFound, Unreachable, UsageError
from pytest_cloudlab.twin.faults import Fault, Faults
from pytest_cloudlab.twin.state import Files, TwinInfo

from .conftest import COMPUTE, PROJECT, ZONE, Api, Create, address, vm_body

pytestmark = pytest.mark.docker

INSTANCES = f"{COMPUTE}/zones/{ZONE}/instances"
DISKS = f"{COMPUTE}/zones/{ZONE}/disks"
REGION = f"{COMPUTE}/regions/europe-west1"


@pytest.fixture
def faults(twin: TwinInfo) -> Iterator[Faults]:
    faults = Faults(Files(twin.state).faults)
    yield faults
    faults.clear()


def names(api: Api, url: str) -> list[str]:
    return [each["name"] for each in api.get(url).json().get("items", [])]


def test_a_disk_of_its_own(api: Api) -> None:
    body = {"name": "loose", "sizeGb": "20", "type": f"zones/{ZONE}/diskTypes/pd-ssd"}
    api.done(api.post(DISKS, body))
    disk = api.get(f"{DISKS}/loose").json()
    assert (disk["sizeGb"], disk["type"].rpartition("/")[2], "users" in disk) == ("20", "pd-ssd", False)
    assert api.post(DISKS, body).status_code == 409
    scopes = api.get(f"{COMPUTE}/aggregated/disks").json()["items"]
    assert "loose" in [each["name"] for each in scopes[f"zones/{ZONE}"]["disks"]]
    api.done(api.delete(f"{DISKS}/loose"))
    assert "loose" not in names(api, DISKS)


def test_a_disk_that_outlives_its_vm(api: Api, create: Create) -> None:
    """It is in use as long as the VM is there, and costs afterwards."""
    family = "projects/debian-cloud/global/images/family/debian-12"
    disks = [{"boot": True, "autoDelete": False, "initializeParams": {"sourceImage": family}}]
    create("mortal", disks=disks)
    refused = api.delete(f"{DISKS}/mortal").json()["error"]
    assert refused["errors"][0]["reason"] == "resourceInUseByAnotherResource"
    api.done(api.delete(f"{INSTANCES}/mortal"))
    assert "users" not in api.get(f"{DISKS}/mortal").json()
    api.done(api.delete(f"{DISKS}/mortal"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "Upper"}, "resource.name"),
        ({"sizeGb": "5"}, "resource.sizeGb"),
        ({"sizeGb": "many"}, "resource.sizeGb"),
        ({"type": f"zones/{ZONE}/diskTypes/pd-floppy"}, "resource.type"),
        ({"sourceSnapshot": "global/snapshots/s"}, "images, or empty ones"),
    ],
)
def test_a_bad_disk_is_refused(api: Api, changes: dict[str, Any], says: str) -> None:
    answer = api.post(DISKS, {"name": "bad-disk", **changes})
    assert (answer.status_code, says in answer.json()["error"]["message"]) == (400, True), answer.text


@pytest.mark.parametrize("place", [REGION, f"{COMPUTE}/global"], ids=["regional", "global"])
def test_an_address_is_reserved_until_it_is_released(api: Api, place: str) -> None:
    api.done(api.post(f"{place}/addresses", {"name": "kept"}))
    kept = api.get(f"{place}/addresses/kept").json()
    assert kept["status"] == "RESERVED"
    assert api.post(f"{place}/addresses", {"name": "kept"}).status_code == 409
    scopes = api.get(f"{COMPUTE}/aggregated/addresses").json()["items"]
    found = scopes["global" if place.endswith("global") else "regions/europe-west1"]["addresses"]
    assert found == [kept]
    api.done(api.delete(f"{place}/addresses/kept"))
    assert names(api, f"{place}/addresses") == []
    assert api.delete(f"{place}/addresses/kept").status_code == 404


def test_a_vm_takes_a_reserved_address(api: Api, create: Create) -> None:
    """And nobody else can while it has it; nor can an address be made up."""
    api.done(api.post(f"{REGION}/addresses", {"name": "own-address"}))
    try:
        reserved = api.get(f"{REGION}/addresses/own-address").json()["address"]
        nic = [{"accessConfigs": [{"name": "External NAT", "type": "ONE_TO_ONE_NAT", "natIP": reserved}]}]
        vm = create("addressed", networkInterfaces=nic)
        assert address(vm) == reserved
        found = api.get(f"{REGION}/addresses/own-address").json()
        assert (found["status"], found["users"]) == ("IN_USE", [vm["selfLink"]])
        assert api.post(INSTANCES, vm_body("second", networkInterfaces=nic)).status_code == 400
        assert api.delete(f"{REGION}/addresses/own-address").status_code == 400
        api.done(api.delete(f"{INSTANCES}/addressed"))
        assert api.get(f"{REGION}/addresses/own-address").json()["status"] == "RESERVED"
        nic[0]["accessConfigs"][0]["natIP"] = "192.0.2.1"
        assert "192.0.2.1" in api.post(INSTANCES, vm_body("third", networkInterfaces=nic)).text
    finally:
        api.done(api.delete(f"{REGION}/addresses/own-address"))


def test_an_image_of_its_own(api: Api) -> None:
    api.done(api.post(DISKS, {"name": "source"}))
    images = f"{COMPUTE}/global/images"
    try:
        body = {"name": "golden", "family": "ours", "sourceDisk": f"zones/{ZONE}/disks/source"}
        api.done(api.post(images, body))
        assert names(api, images) == ["golden"]
        assert api.get(f"{images}/family/ours").json()["name"] == "golden"
        assert api.get(f"{images}/family/theirs").status_code == 404
        assert api.post(images, body).status_code == 409
        assert (
            api.post(images, body | {"name": "lost", "sourceDisk": f"zones/{ZONE}/disks/no"}).status_code
            == 404
        )
        api.done(api.delete(f"{images}/golden"))
        assert names(api, images) == []
    finally:
        api.done(api.delete(f"{DISKS}/source"))


def test_the_compute_client_finds_and_deletes_all_of_it(api: Api, create: Create) -> None:
    """What `clouds.compute` says of a project, from every zone and region."""
    family = "projects/debian-cloud/global/images/family/debian-12"
    disks = [{"boot": True, "autoDelete": False, "initializeParams": {"sourceImage": family}}]
    create("held", disks=disks, tags={"items": ["web"]})
    api.done(api.post(f"{COMPUTE}/zones/europe-west4-a/disks", {"name": "far"}))
    api.done(api.post(f"{REGION}/addresses", {"name": "near"}))
    api.done(api.post(f"{COMPUTE}/global/addresses", {"name": "wide"}))
    api.done(api.post(f"{COMPUTE}/global/images", {"name": "mine", "sourceDisk": f"zones/{ZONE}/disks/held"}))
    rule = {
        "name": "opened",
        "allowed": [{"IPProtocol": "tcp", "ports": ["8501", "90-99"]}],
        "targetTags": ["web"],
    }
    api.done(api.post(f"{COMPUTE}/global/firewalls", rule))

    compute = Compute(PROJECT)
    (vm,) = compute.all_instances()
    assert (vm.name, vm.zone, vm.network_tags) == ("held", ZONE, ("web",))
    assert (vm.disks[0].name, vm.disks[0].image_family, vm.disks[0].boot) == ("held", "debian-12", True)
    assert {(disk.name, disk.zone) for disk in compute.all_disks()} == {
        ("held", ZONE),
        ("far", "europe-west4-a"),
    }
    assert {(each.name, each.region) for each in compute.addresses()} == {
        ("near", "europe-west1"),
        ("wide", ""),
    }
    assert [each.name for each in compute.own_images()] == ["mine"]
    opened = next(each for each in compute.firewalls() if each.name == "opened")
    assert opened.allowed == (("tcp", ("8501", "90-99")),)
    assert (opened.network, opened.direction, opened.priority) == ("default", "INGRESS", 1000)
    assert (opened.source_ranges, opened.target_tags, opened.disabled) == (("0.0.0.0/0",), ("web",), False)

    compute.delete("held", ZONE)
    compute.delete_disk("held", ZONE)
    compute.delete_disk("far", "europe-west4-a")
    compute.delete_address("near", "europe-west1")
    compute.delete_address("wide", "")
    compute.delete_image("mine")
    compute.delete_firewall("opened")
    assert (compute.all_instances(), compute.all_disks(), compute.addresses(), compute.own_images()) == (
        [],
        [],
        [],
        [],
    )
    assert "opened" not in [each.name for each in compute.firewalls()]
    with pytest.raises(NotFound, match="firewall rule opened"):
        compute.delete_firewall("opened")


def test_an_exceeded_quota_fails_the_operation(api: Api, faults: Faults) -> None:
    """In the real words, which name metric, limit and region; nothing is made."""
    faults.add(Fault("quota", "compute", "CPUS"))
    done = api.done(api.post(INSTANCES, vm_body("too-many")))
    message = "Quota 'CPUS' exceeded.  Limit: 24.0 in region europe-west1."
    assert done["error"]["errors"] == [{"code": "QUOTA_EXCEEDED", "message": message}]
    assert (done["httpErrorStatusCode"], done["httpErrorMessage"]) == (403, "FORBIDDEN")
    assert api.get(f"{INSTANCES}/too-many").status_code == 404
    assert api.get(f"{DISKS}/too-many").status_code == 404
    faults.clear()
    api.done(api.post(INSTANCES, vm_body("too-many")))
    assert "error" not in api.done(api.delete(f"{INSTANCES}/too-many"))


@pytest.mark.parametrize(
    ("value", "error"), [("CPUS", UsageError), ("ZONE_RESOURCE_POOL_EXHAUSTED", Unreachable)]
)
def test_the_compute_client_tells_a_quota_from_a_full_zone(
    through_twin: TwinInfo, faults: Faults, value: str, error: type[Exception]
) -> None:
    from pytest_cloudlab.clouds.compute import InstanceSpec

    faults.add(Fault("quota", "compute", value))
    spec = InstanceSpec("refused", ZONE, "e2-small", "debian-12", "debian-cloud", 10)
    with pytest.raises(error):
        Compute(PROJECT).create(spec)


def test_a_vm_that_hangs_in_its_boot_runs_and_does_not_answer(
    api: Api, create: Create, faults: Faults
) -> None:
    """The control plane says RUNNING, as it does there; a reset helps once the cause is gone."""
    faults.add(Fault("no-boot", "compute", "hang*"))
    vm = create("hanging", metadata={"items": [{"key": "enable-guest-attributes", "value": "TRUE"}]})
    assert vm["status"] == "RUNNING"
    with pytest.raises(TimeoutError):
        socket.create_connection((address(vm), 22), timeout=1)
    keys = f"{INSTANCES}/hanging/getGuestAttributes?queryPath=hostkeys/"
    assert api.get(keys).status_code == 404
    assert "OpenSSH" not in api.get(f"{INSTANCES}/hanging/serialPort").json()["contents"]
    other = create("healthy")
    socket.create_connection((address(other), 22), timeout=5).close()
    faults.clear()
    assert "error" not in api.done(api.post(f"{INSTANCES}/hanging/reset"))
    socket.create_connection((address(vm), 22), timeout=5).close()
    assert api.get(keys).ok


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"machinetype": "x"}, "'resource'"),
        ({"networkInterfaces": [{"acessConfigs": []}]}, "'resource.networkInterfaces[0]'"),
        ({"scheduling": {"maxRunDuration": {"minutes": 3}}}, "'resource.scheduling.maxRunDuration'"),
        ({"metadata": {"items": [{"name": "a"}]}}, "'resource.metadata.items[0]'"),
    ],
)
def test_a_field_that_there_is_not_is_refused(api: Api, changes: dict[str, Any], at: str) -> None:
    """A misspelt one would silently change nothing."""
    answer = api.post(INSTANCES, vm_body("misspelt", **changes))
    message = answer.json()["error"]["message"]
    assert answer.status_code == 400
    assert message.startswith('Invalid JSON payload received. Unknown name "')
    assert message.endswith(f"at {at}: Cannot find field.")


@pytest.mark.parametrize(
    "path",
    [
        "/global/snapshots",
        "/aggregated/addresses",
        "/aggregated/operations",
        "/regions/europe-west1/operations",
    ],
)
def test_lists_are_as_google_describes_them(api: Api, path: str) -> None:
    assert api.get(COMPUTE + path).json()["kind"].startswith("compute#")

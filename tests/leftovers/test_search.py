"""A project on the twin that is full of other people's things, and what is found and deleted in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.cloud import compute_v1

from pytest_cloudlab.clouds.compute import Compute, InstanceSpec
from pytest_cloudlab.clouds.credentials import access_token
from pytest_cloudlab.clouds.registry import Registry
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.lab import load_lab
from pytest_cloudlab.leftovers.found import Found
from pytest_cloudlab.leftovers.leftover import Kind, Leftover
from pytest_cloudlab.leftovers.search import look
from pytest_cloudlab.model import Course, Lab, Member, Roster, Team
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.state import TwinInfo

from ..clouds.image_maker import Image, Pusher, tar

PROJECT = "sdd2526"
ZONE, ELSEWHERE = "europe-west1-b", "europe-west4-a"
HOST = "eu.gcr.io"

LAB = """
title = "Leave things"
page = "https://course.example/leave.html"

[leaves]
vms = ["names.vm"]
addresses = ["names.address"]
firewall_rules = ["names.rule"]
images = ["names.image"]
buckets = ["names.bucket"]

[names]
vm = "vm-{team}-{member}"
address = "ip-{member}"
rule = "open-8501"
image = "{registry}/web:{team}-{member}"
bucket = "{project}-{team}"

[[step]]
number = "1"
title = "Leave"
see = "#leave"
"""

PARAMETERS = """
import msgspec

class Names(msgspec.Struct, frozen=True):
    vm: str
    address: str
    rule: str
    image: str
    bucket: str

class Parameters(msgspec.Struct, frozen=True):
    names: Names
"""

ROSTER = Roster(
    Course(project=PROJECT, registry=f"{HOST}/{PROJECT}"),
    (Team("rocket", (Member("alice", "A"), Member("bob", "B"))), Team("comet", (Member("carol", "C"),))),
)

STRANGERS = {
    # Each is one letter, one prefix or one case from a name of the roster.
    Kind.VM: {"vm-rocket-alic", "vm-rocket-alice2", "my-vm-rocket-alice", "vm-comet-alice"},
    Kind.DISK: {"vm-rocket-bob-data"},
    Kind.ADDRESS: {"ip-carole"},
    Kind.FIREWALL_RULE: {"open-8502"},
    Kind.IMAGE: {"rocket-alice-2", "latest"},
    Kind.BUCKET: {f"{PROJECT}-rockets", PROJECT},
}


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinInfo]:
    state = tmp_path_factory.mktemp("leftovers") / "twin"
    seeded = tmp_path_factory.mktemp("seeded")
    (seeded / "file").write_bytes(b"x" * 1000)
    yield control.up(
        state,
        project=PROJECT,
        buckets=dict.fromkeys({f"{PROJECT}-rocket"} | STRANGERS[Kind.BUCKET], seeded),
    )
    control.down(state)


@pytest.fixture
def project(twin: TwinInfo, monkeypatch: pytest.MonkeyPatch) -> Compute:
    for name, value in twin.environment().items():
        monkeypatch.setenv(name, value)
    return Compute(PROJECT)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    folder = tmp_path / "leave"
    folder.mkdir()
    (folder / "lab.toml").write_text(LAB)
    (folder / "parameters.py").write_text(PARAMETERS)
    return load_lab(folder)


def fill(project: Compute) -> None:
    """What two teams left, among what others have."""
    for name, zone in (("vm-rocket-alice", ELSEWHERE), *((name, ZONE) for name in STRANGERS[Kind.VM])):
        project.create(
            InstanceSpec(name, zone, "n1-standard-1", "debian-12", "debian-cloud", disk_size_gb=10)
        )
    disks, addresses = compute_v1.DisksClient(), compute_v1.AddressesClient()
    for name in ("vm-rocket-bob", *STRANGERS[Kind.DISK]):
        disk: Any = {"name": name, "size_gb": 50, "type_": f"zones/{ZONE}/diskTypes/pd-standard"}
        done(disks.insert(project=PROJECT, zone=ZONE, disk_resource=disk))
    for name in ("ip-carol", *STRANGERS[Kind.ADDRESS]):
        address: Any = {"name": name}
        done(addresses.insert(project=PROJECT, region="europe-west1", address_resource=address))
    for name in ("open-8501", *STRANGERS[Kind.FIREWALL_RULE]):
        port = name.removeprefix("open-")
        rule: Any = {"name": name, "allowed": [{"I_p_protocol": "tcp", "ports": [port]}]}
        done(compute_v1.FirewallsClient().insert(project=PROJECT, firewall_resource=rule))
    pusher = Pusher(HOST, "https", {"Authorization": f"Bearer {access_token()}"})
    shared = Image([tar(("a", uuid.uuid4().bytes))])
    for tag in ("rocket-alice", *STRANGERS[Kind.IMAGE]):
        pusher.push(f"{PROJECT}/web", tag, shared)


def done(operation: Any) -> None:
    operation.result(timeout=30)


def names(found: tuple[Leftover, ...]) -> set[tuple[Kind, str]]:
    return {(one.kind, one.name) for one in found}


MINE = {
    (Kind.VM, "vm-rocket-alice"),
    (Kind.DISK, "vm-rocket-bob"),
    (Kind.IMAGE, f"{PROJECT}/web:rocket-alice"),
    (Kind.BUCKET, f"{PROJECT}-rocket"),
}


@pytest.mark.docker
def test_only_the_rosters_names_are_found_and_deleted(project: Compute, lab: Lab) -> None:
    """Found with owner and price; deleted, they are gone, and every stranger's thing is still there."""
    fill(project)
    found = look(lab, ROSTER)
    assert found.unseen == ()
    assert names(found.of("rocket")) == MINE
    assert names(found.of("comet")) == {(Kind.ADDRESS, "ip-carol")}
    assert names(found.of("")) == {(Kind.FIREWALL_RULE, "open-8501")}
    _prices_make_sense(found)

    for one in found.leftovers:
        one.delete()
    after = look(lab, ROSTER)
    assert (after.leftovers, after.unseen) == ((), ())
    assert {vm.name for vm in project.all_instances()} == STRANGERS[Kind.VM]
    assert {disk.name for disk in project.all_disks()} == STRANGERS[Kind.VM] | STRANGERS[Kind.DISK]
    assert {address.name for address in project.addresses()} == STRANGERS[Kind.ADDRESS]
    assert STRANGERS[Kind.FIREWALL_RULE] <= {rule.name for rule in project.firewalls()}
    assert {"default-allow-ssh"} <= {rule.name for rule in project.firewalls()}
    registry = Registry(HOST, access_token)
    assert set(registry.tags(f"{PROJECT}/web")) == STRANGERS[Kind.IMAGE]
    assert registry.manifest(f"{PROJECT}/web", "latest").layers

    for one in found.leftovers:
        with pytest.raises(NotFound):
            one.delete()


def _prices_make_sense(found: Found) -> None:
    price = {one.kind: one.usd_a_day for one in found.leftovers}
    vm, disk, address = price[Kind.VM], price[Kind.DISK], price[Kind.ADDRESS]
    assert vm is not None
    assert 1.25 < vm < 1.5  # processor, memory, 10 GB of disk and an address
    assert disk == pytest.approx(50 * 0.04 / 30.4)
    assert address == pytest.approx(0.24)
    assert price[Kind.FIREWALL_RULE] == 0


@pytest.mark.docker
def test_a_place_that_does_not_answer_is_told_and_the_others_are_looked_at(
    project: Compute, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there is not known to be gone."""
    (tmp_path / "token").write_text("expired")
    monkeypatch.setenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", str(tmp_path / "token"))
    found = look(lab, ROSTER)
    assert found.leftovers == ()
    assert [place.what for place in found.unseen] == [
        "VMs and disks",
        "reserved addresses",
        "firewall rules",
        "images",
        "buckets",
    ]


def test_codespaces_without_a_token_are_told(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub shows each person only their own; without a token nobody's."""
    from dataclasses import replace

    for name in ("GH_TOKEN", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    alice = Member("alice", "A", targets={"codespace": "gh://fuzzy"})
    found = look(replace(lab, leaves={}), Roster(Course(), (Team("rocket", (alice,)),)))
    (place,) = found.unseen
    assert place.what == "codespaces"
    assert "GH_TOKEN" in place.why

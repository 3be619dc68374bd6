"""Instances, through Google's own client and through its wire format."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from typing import Any

import pytest

from pytest_cloudlab.twin.engine import containers, docker
from pytest_cloudlab.twin.state import LABEL, TwinInfo
from tests.paused import paused

from .conftest import COMPUTE, PROJECT, ZONE, Api, Create, vm_body
from .contract import Contract

pytestmark = pytest.mark.docker

INSTANCES = f"{COMPUTE}/zones/{ZONE}/instances"


def test_googles_client_creates_and_deletes_a_vm_without_any_options(through_twin: TwinInfo) -> None:
    """`InstancesClient()` works unmodified, from credentials to the end of the operation."""
    from google.api_core.exceptions import NotFound
    from google.cloud import compute_v1

    contract = Contract()
    untyped: Any = compute_v1.InstancesClient()
    with untyped as client:
        contract.hook(client.transport._session)
        body = vm_body("bare-client")
        resource = compute_v1.Instance.from_json(json.dumps(body))
        where = {"project": PROJECT, "zone": ZONE}
        client.insert(**where, instance_resource=resource).result(timeout=60)
        found = client.get(**where, instance="bare-client")
        assert (found.status, found.disks[0].disk_size_gb) == ("RUNNING", 50)
        assert [each.name for each in client.list(**where)] == ["bare-client"]
        scopes = dict(client.aggregated_list(project=PROJECT))
        assert [each.name for each in scopes[f"zones/{ZONE}"].instances] == ["bare-client"]
        client.delete(**where, instance="bare-client").result(timeout=60)
        with pytest.raises(NotFound):
            client.get(**where, instance="bare-client")
    assert contract.checked >= 6


def test_an_instance_has_what_was_asked_for(create: Create) -> None:
    vm = create("asked", labels={"cloudlab-run": "r1"}, metadata={"items": [{"key": "a", "value": "b"}]})
    link = "https://www.googleapis.com/compute/v1/projects/sdd2526/zones/europe-west1-b"
    assert vm["selfLink"] == f"{link}/instances/asked"
    assert vm["machineType"] == f"{link}/machineTypes/n1-standard-1"
    assert vm["labels"] == {"cloudlab-run": "r1"}
    assert vm["metadata"]["items"] == [{"key": "a", "value": "b"}]
    assert vm["serviceAccounts"][0]["scopes"] == ["https://www.googleapis.com/auth/devstorage.read_write"]


def test_the_image_family_is_found_through_the_boot_disk(api: Api, create: Create) -> None:
    """An instance does not carry it: disk, then image, then family."""
    vm = create("family")
    disk = api.get(vm["disks"][0]["source"].replace("www.", "compute.")).json()
    image = api.get(disk["sourceImage"].replace("www.", "compute.")).json()
    assert (disk["sizeGb"], disk["type"].rpartition("/")[2], image["family"]) == (
        "50",
        "pd-standard",
        "common-cpu",
    )


def test_deleting_an_instance_deletes_its_boot_disk_and_its_container(
    api: Api, create: Create, twin: TwinInfo
) -> None:
    create("gone")
    assert any("-gone-" in name for name in containers(f"{LABEL}={twin.id}"))
    api.done(api.delete(f"{INSTANCES}/gone"))
    assert api.get(f"{COMPUTE}/zones/{ZONE}/disks/gone").status_code == 404
    assert not any("-gone-" in name for name in containers(f"{LABEL}={twin.id}"))


def test_an_id_is_never_used_again(api: Api, create: Create) -> None:
    """gcloud knows host keys by it: a second VM of the same name must be another one."""
    first = create("again")["id"]
    api.done(api.delete(f"{INSTANCES}/again"))
    assert create("again")["id"] != first


def test_stop_and_start_keep_the_instance(api: Api, create: Create) -> None:
    before = create("pausing")
    api.done(api.post(f"{INSTANCES}/pausing/stop"))
    stopped = api.get(f"{INSTANCES}/pausing").json()
    assert stopped["status"] == "TERMINATED"
    assert "natIP" not in stopped["networkInterfaces"][0]["accessConfigs"][0]
    api.done(api.post(f"{INSTANCES}/pausing/start"))
    after = api.get(f"{INSTANCES}/pausing").json()
    assert (after["status"], after["id"]) == ("RUNNING", before["id"])


def test_a_vm_whose_container_was_killed_is_terminated(api: Api, create: Create, twin: TwinInfo) -> None:
    create("killed")
    name = next(name for name in containers(f"{LABEL}={twin.id}") if "-killed-" in name)
    docker("kill", name)
    assert api.get(f"{INSTANCES}/killed").json()["status"] == "TERMINATED"


def test_a_vm_whose_container_is_paused_still_runs(api: Api, create: Create, twin: TwinInfo) -> None:
    """It stands for a lost network: the control plane says RUNNING, nothing answers."""
    create("paused")
    name = next(name for name in containers(f"{LABEL}={twin.id}") if "-paused-" in name)
    with paused(name):
        assert api.get(f"{INSTANCES}/paused").json()["status"] == "RUNNING"


def test_a_vm_with_a_limited_run_duration_disappears(api: Api, create: Create) -> None:
    scheduling = {"maxRunDuration": {"seconds": "30"}, "instanceTerminationAction": "DELETE"}
    started = time.monotonic()
    create("limited", scheduling=scheduling)
    assert api.get(f"{INSTANCES}/limited").ok
    while api.get(f"{INSTANCES}/limited").ok:
        assert time.monotonic() - started < 45
        time.sleep(1)
    assert time.monotonic() - started >= 29


def test_metadata_needs_the_current_fingerprint(api: Api, create: Create) -> None:
    vm = create("metadata")
    body = {"fingerprint": vm["metadata"]["fingerprint"], "items": [{"key": "k", "value": "1"}]}
    api.done(api.post(f"{INSTANCES}/metadata/setMetadata", body))
    assert api.get(f"{INSTANCES}/metadata").json()["metadata"]["items"] == body["items"]
    assert api.post(f"{INSTANCES}/metadata/setMetadata", body).status_code == 412


def test_labels_need_the_current_fingerprint(api: Api, create: Create) -> None:
    vm = create("labels")
    body = {"labelFingerprint": vm["labelFingerprint"], "labels": {"team": "rocket"}}
    api.done(api.post(f"{INSTANCES}/labels/setLabels", body))
    assert api.get(f"{INSTANCES}/labels").json()["labels"] == {"team": "rocket"}
    assert api.post(f"{INSTANCES}/labels/setLabels", body).status_code == 412


def test_a_name_in_use_is_refused(api: Api, create: Create) -> None:
    create("taken")
    answer = api.post(INSTANCES, vm_body("taken"))
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (409, "alreadyExists")


def _disk(**parameters: str) -> list[dict[str, object]]:
    family = "projects/deeplearning-platform-release/global/images/family/common-cpu"
    return [{"boot": True, "autoDelete": True, "initializeParams": {"sourceImage": family, **parameters}}]


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"name": "Upper"}, 400, "resource.name"),
        ({"machineType": f"zones/{ZONE}/machineTypes/n9-huge"}, 400, "n9-huge"),
        ({"machineType": "zones/europe-west1-c/machineTypes/n1-standard-1"}, 400, "another zone"),
        (
            {"disks": _disk(sourceImage="projects/debian-cloud/global/images/family/debian-99")},
            404,
            "debian-99",
        ),
        ({"disks": _disk(diskType=f"zones/{ZONE}/diskTypes/pd-floppy")}, 400, "pd-floppy"),
        ({"disks": _disk(diskSizeGb="5")}, 400, "smaller than the image"),
        ({"disks": []}, 400, "boot disk"),
        ({"metadata": {"items": [{"key": "a b", "value": ""}]}}, 400, "a b"),
        ({"scheduling": {"maxRunDuration": {"seconds": "60"}}}, 400, "termination action"),
    ],
)
def test_a_bad_value_is_refused(api: Api, changes: dict[str, object], status: int, says: str) -> None:
    """No client checks these: each sends an address without asking whether it leads anywhere."""
    answer = api.post(INSTANCES, vm_body("never", **changes))
    assert answer.status_code == status
    assert says in answer.json()["error"]["message"]
    assert api.get(f"{INSTANCES}/never").status_code == 404


@pytest.mark.skipif(not shutil.which("gcloud"), reason="gcloud is not installed")
def test_gcloud_names_two_instances_in_one_command(through_twin: TwinInfo) -> None:
    """It then sends one batch instead of two calls."""
    image = ("--image-family=debian-12", "--image-project=debian-cloud", "--machine-type=e2-small")
    for verb, options in (("create", image), ("delete", ())):
        command = ("gcloud", "compute", "instances", verb, "one-of-two", "two-of-two", *options)
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert "one-of-two" in done.stderr
        assert "two-of-two" in done.stderr


@pytest.mark.parametrize(
    "path",
    ["zones/mars-north1-a", "zones/mars-north1-a/instances", "nonsense", f"zones/{ZONE}/instances/none"],
)
def test_what_is_not_there_is_404(api: Api, path: str) -> None:
    """An unknown route too: gcloud tries a 5xx again for half a minute."""
    assert api.get(f"{COMPUTE}/{path}").status_code == 404


def test_without_a_token_nobody_is_answered(api: Api) -> None:
    assert api.get(COMPUTE, headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_filter_that_is_not_understood_is_refused(api: Api, create: Create) -> None:
    """Ignoring it would answer another question."""
    create("one")
    assert [each["name"] for each in api.get(INSTANCES, params={"filter": 'name="one"'}).json()["items"]] == [
        "one"
    ]
    assert "items" not in api.get(INSTANCES, params={"filter": "name=two"}).json()
    assert api.get(INSTANCES, params={"filter": "name ~~ one"}).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["", "/zones", f"/zones/{ZONE}", f"/zones/{ZONE}/machineTypes", f"/zones/{ZONE}/diskTypes",
     f"/zones/{ZONE}/machineTypes/e2-medium", f"/zones/{ZONE}/diskTypes/pd-ssd", f"/zones/{ZONE}/operations",
     "/global/operations", f"/zones/{ZONE}/disks", "/aggregated/disks", "/global/images"],
)  # fmt: skip
def test_what_a_project_finds_ready_is_as_google_describes_it(api: Api, path: str) -> None:
    assert api.get(COMPUTE + path).json()["kind"].startswith("compute#")

"""Faults as real clients meet them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest
import requests

from pytest_cloudlab.clouds.compute import Compute
from pytest_cloudlab.clouds.credentials import access_token
from pytest_cloudlab.clouds.registry import Registry
from pytest_cloudlab.errors import NotFound, Unreachable
from pytest_cloudlab.twin import hosts
from pytest_cloudlab.twin.faults import Fault, Faults
from pytest_cloudlab.twin.state import Files, TwinInfo
from tests.twin.conftest import PROJECT, ZONE
from tests.twin.contract import ERROR
from tests.twin.pusher import Pusher

pytestmark = pytest.mark.docker

PLAIN = ("git", "workspaces")
"""Their errors are plain text."""


@pytest.fixture
def faults(through_twin: TwinInfo) -> Iterator[Faults]:
    """Of the twin that this process talks to."""
    faults = Faults(Files(through_twin.state).faults)
    yield faults
    faults.clear()


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=2)


def test_a_broken_control_plane_is_unreachable_and_recovers(faults: Faults) -> None:
    """A check that meets this is inconclusive, never failed."""
    compute = Compute(PROJECT, deadline_s=3)
    assert [each for each in compute.instances([ZONE]) if each.name == "nobody"] == []
    faults.add(Fault("status", "compute", "503", soon()))
    with pytest.raises(Unreachable):
        compute.instances([ZONE])
    faults.clear()
    compute.instances([ZONE])


def test_an_expired_fault_disturbs_nobody(faults: Faults) -> None:
    faults.add(Fault("status", "compute", "503", datetime.now(UTC) + timedelta(seconds=0.5)))
    time.sleep(0.6)
    Compute(PROJECT, deadline_s=3).instances([ZONE])


def test_latency_is_felt_at_that_service_only(faults: Faults) -> None:
    faults.add(Fault("latency", "storage", "0.7", soon()))
    assert _seconds("https://storage.googleapis.com/storage/v1/b/course-bucket") >= 0.7
    assert _seconds("https://eu.gcr.io/v2/") < 0.7


def _seconds(url: str) -> float:
    began = time.monotonic()
    requests.get(url, timeout=30)
    return time.monotonic() - began


def test_a_lost_blob_is_gone_for_who_reads_an_image(faults: Faults, pusher: Pusher) -> None:
    """Its manifest is still there, as in a registry whose storage has lost something."""
    image = f"{PROJECT}/webapp"
    pusher.push("https://eu.gcr.io", image, "1")
    registry = Registry("eu.gcr.io", access_token)
    config = registry.manifest(image, "1").config_digest
    faults.add(Fault("lost-blob", "registry", "sha256:" + "0" * 64, soon()))
    assert registry.config(image, "1")
    faults.add(Fault("lost-blob", "registry", config, soon()))
    with pytest.raises(NotFound):
        registry.config(image, "1")
    faults.clear()
    assert registry.config(image, "1")
    faults.add(Fault("lost-blob", "registry", "", soon()))
    assert registry.manifest(image, "1").config_digest == config
    with pytest.raises(NotFound):
        registry.config(image, "1")


@pytest.mark.parametrize("service", [name for name in hosts.SERVICES if name not in PLAIN])
@pytest.mark.parametrize("status", [429, 500, 503, 418])
def test_errors_have_the_shape_of_their_service(faults: Faults, service: str, status: int) -> None:
    faults.add(Fault("status", service, str(status), soon()))
    host = hosts.SERVICES[service][0]
    answer = requests.get(f"https://{host}/v2/", timeout=30)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("application/json")
    body = answer.json()
    if service in ("compute", "storage"):
        jsonschema.validate(body, ERROR)
        assert body["error"]["code"] == status
    elif service in ("registry", "hub", "harbor"):
        assert {"code", "message"} <= body["errors"][0].keys()
        assert answer.headers["Docker-Distribution-Api-Version"] == "registry/2.0"
    elif service in ("github", "codespaces"):
        assert body.keys() == {"message", "documentation_url", "status"}
        assert body["status"] == str(status)
    elif service == "kubernetes":
        assert (body["kind"], body["status"], body["code"]) == ("Status", "Failure", status)
    elif service == "tokens":
        assert body.keys() == {"error", "error_description"}
    else:
        assert body["error"].keys() == {"code", "message", "status"}

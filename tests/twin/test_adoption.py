"""What a project is after its process was killed and another has taken its place."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.engine import containers, docker
from pytest_cloudlab.twin.state import LABEL, Files, TwinInfo
from tests.paused import paused

from .conftest import ZONE, Api, address, ssh_keys, vm_body
from .contract import Contract

pytestmark = pytest.mark.docker

PROJECT = "killed-project"
COMPUTE = f"https://compute.googleapis.com/compute/v1/projects/{PROJECT}"
INSTANCES = f"{COMPUTE}/zones/{ZONE}/instances"


@pytest.fixture
def own(twin: TwinInfo, tmp_path: Path) -> Iterator[TwinInfo]:
    """A twin that the test may kill. The session's is why there is an engine."""
    yield control.up(tmp_path / "own", project=PROJECT)
    control.down(tmp_path / "own")


@pytest.fixture
def api(own: TwinInfo) -> Iterator[Api]:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {Files(own.state).token.read_text()}"
        # The environment's bundle would count for more than the session's.
        session.trust_env = False
        session.proxies["https"] = f"http://127.0.0.1:{own.port}"
        session.verify = str(Files(own.state).ca)
        yield Api(Contract().hook(session), Contract())


def killed(info: TwinInfo) -> TwinInfo:
    """The twin again, after its process was killed."""
    os.kill(info.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while info.alive:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return control.up(info.state)


def make(api: Api, name: str, **changes: Any) -> dict[str, Any]:
    done = api.done(api.post(INSTANCES, vm_body(name, **changes)))
    assert "error" not in done, done
    found: dict[str, Any] = api.get(f"{INSTANCES}/{name}").json()
    return found


def container(info: TwinInfo, vm: str) -> str:
    return next(name for name in containers(f"{LABEL}={info.id}") if f"-{vm}-" in name)


def test_a_project_is_what_it_was(
    own: TwinInfo, api: Api, key: Path, ssh: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """Its VMs answer, its rules hold and change, its resources and operations are there."""
    created = api.post(INSTANCES, vm_body("runs", metadata=ssh_keys(key)))
    operation = api.done(created)
    make(api, "stopped")
    api.done(api.post(f"{INSTANCES}/stopped/stop"))
    make(api, "gone")
    rule = {
        "name": "closed",
        "denied": [{"IPProtocol": "tcp", "ports": ["22"]}],
        "priority": 5,
        "disabled": True,
    }
    api.done(api.post(f"{COMPUTE}/global/firewalls", rule))
    api.done(api.post(f"{COMPUTE}/regions/europe-west1/addresses", {"name": "reserved"}))
    zone = f"/zones/{ZONE}"
    paths = [f"{zone}/instances/runs", f"{zone}/instances/stopped", f"{zone}/operations/{operation['name']}"]
    paths += ["", "/global/firewalls", "/aggregated/addresses", "/aggregated/disks"]
    before = {path: api.get(COMPUTE + path).json() for path in paths}
    docker("rm", "--force", "--volumes", container(own, "gone"))

    killed(own)

    assert {path: api.get(COMPUTE + path).json() for path in paths} == before
    assert api.get(f"{INSTANCES}/gone").json()["status"] == "TERMINATED"
    ip = address(before[f"/zones/{ZONE}/instances/runs"])
    assert ssh(ip, "id -un").stdout == "alice\n"
    api.done(api.session.patch(f"{COMPUTE}/global/firewalls/closed", json={"disabled": False}, timeout=30))
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run(("nc", "-w3", ip, "22"), stdin=subprocess.DEVNULL, timeout=2)
    api.done(api.post(f"{INSTANCES}/stopped/start"))
    assert api.get(f"{INSTANCES}/stopped").json()["status"] == "RUNNING"
    for name in ("runs", "stopped", "gone"):
        assert "error" not in api.done(api.delete(f"{INSTANCES}/{name}"))
    assert containers(f"{LABEL}={own.id}") == {}
    assert "items" not in api.get(f"{COMPUTE}/zones/{ZONE}/disks").json()


def test_a_limited_vm_ends_when_it_was_to(own: TwinInfo, api: Api) -> None:
    """The clock goes on while there is no process."""
    scheduling = {"maxRunDuration": {"seconds": "30"}, "instanceTerminationAction": "DELETE"}
    started = time.monotonic()
    make(api, "limited", scheduling=scheduling)
    killed(own)
    assert api.get(f"{INSTANCES}/limited").json()["status"] == "RUNNING"
    while api.get(f"{INSTANCES}/limited").ok:
        assert time.monotonic() - started < 45
        time.sleep(0.5)
    assert time.monotonic() - started >= 29
    assert containers(f"{LABEL}={own.id}") == {}


def test_what_was_under_way_is_done_with_an_error(own: TwinInfo, api: Api) -> None:
    """No client waits for ever, and what was half made can be deleted or is gone."""
    operations = [api.post(INSTANCES, vm_body(f"half-{number}")).json() for number in range(3)]
    time.sleep(0.3)
    killed(own)
    for number, operation in enumerate(operations):
        found = api.get(f"{COMPUTE}/zones/{ZONE}/operations/{operation['name']}").json()
        assert found["status"] == "DONE"
        instance = api.get(f"{INSTANCES}/half-{number}")
        if instance.ok:
            assert instance.json()["status"] == "RUNNING"
            assert "error" not in api.done(api.delete(f"{INSTANCES}/half-{number}"))
        else:
            assert found["error"]["errors"][0]["code"] == "INTERNAL_ERROR"
    assert containers(f"{LABEL}={own.id}") == {}


def test_a_vm_that_does_not_answer_keeps_nobody_from_the_others(own: TwinInfo, api: Api) -> None:
    """Neither a twin that starts again nor a rule that changes waits for it."""
    make(api, "frozen")
    make(api, "warm")
    with paused(container(own, "frozen")):
        killed(own)
        assert api.get(f"{INSTANCES}/frozen").json()["status"] == "RUNNING"
        rule = {"name": "opened", "allowed": [{"IPProtocol": "tcp", "ports": ["8501"]}]}
        assert "error" not in api.done(api.post(f"{COMPUTE}/global/firewalls", rule))
        chain = docker("exec", container(own, "warm"), "iptables", "-t", "mangle", "-S", "CLOUDLAB-FIREWALL")
        assert "--dport 8501 -j ACCEPT" in chain


def test_a_declared_container_is_there_in_the_end(own: TwinInfo, api: Api) -> None:
    """Also when the twin was killed while it was pulled; and once only."""
    spec = "spec: {containers: [{image: 'python:3.10', name: app, command: [sleep], args: ['600']}]}"
    image = "projects/cos-cloud/global/images/family/cos-stable"
    disks = [{"boot": True, "autoDelete": True, "initializeParams": {"sourceImage": image}}]
    make(api, "pulls", disks=disks, metadata={"items": [{"key": "gce-container-declaration", "value": spec}]})
    killed(own)
    deadline = time.monotonic() + 90
    while "Started container" not in (said := api.get(f"{INSTANCES}/pulls/serialPort").json()["contents"]):
        assert time.monotonic() < deadline, said
        time.sleep(0.3)
    shown = docker("exec", container(own, "pulls"), "docker", "ps", "--format", "{{.Names}} {{.Image}}")
    (line,) = shown.splitlines()
    assert line.startswith("klt-app-")
    assert line.endswith(" python:3.10")

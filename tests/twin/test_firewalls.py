"""Firewall rules: their API, and that they hold."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.twin.engine import containers, docker
from pytest_cloudlab.twin.state import LABEL, TwinInfo

from .conftest import COMPUTE, ZONE, Api, Create, address, ssh_keys

pytestmark = pytest.mark.docker

FIREWALLS = f"{COMPUTE}/global/firewalls"
INSTANCES = f"{COMPUTE}/zones/{ZONE}/instances"
PORT = 8501

Rule = Callable[..., dict[str, Any]]


@pytest.fixture
def rule(api: Api) -> Iterator[Rule]:
    """Makes a rule that opens `PORT`, or what is asked; it is deleted after the test."""
    made: list[str] = []

    def rule(name: str, **changes: Any) -> dict[str, Any]:
        made.append(name)
        body = {"name": name, "allowed": [{"IPProtocol": "tcp", "ports": [str(PORT)]}], **changes}
        done = api.done(api.post(FIREWALLS, {key: value for key, value in body.items() if value is not None}))
        assert "error" not in done, done
        found: dict[str, Any] = api.get(f"{FIREWALLS}/{name}").json()
        return found

    yield rule
    for name in made:
        answer = api.delete(f"{FIREWALLS}/{name}")
        if answer.ok:
            api.done(answer)


def container(twin: TwinInfo, vm: str) -> str:
    return next(name for name in containers(f"{LABEL}={twin.id}") if f"-{vm}-" in name)


def serve(name: str, port: int = PORT) -> None:
    """Have that container answer at a port, and wait until it does so to itself."""
    script = f"setsid nc -lk -p {port} > /dev/null 2>&1 & until nc -z localhost {port}; do sleep 0.05; done"
    docker("exec", name, "sh", "-c", script)


def reaches(ip: str, port: int = PORT) -> bool:
    try:
        with socket.create_connection((ip, port), timeout=1):
            return True
    except TimeoutError:
        return False


def test_a_port_is_closed_until_a_rule_opens_it(api: Api, create: Create, rule: Rule, twin: TwinInfo) -> None:
    """And again when it is narrowed, disabled or deleted; SSH answers throughout."""
    ip = address(create("walled"))
    serve(container(twin, "walled"))
    assert not reaches(ip)
    rule("open-8501", sourceRanges=["0.0.0.0/0"])
    assert reaches(ip)
    assert not reaches(ip, 8502)
    for change, opened in (
        ({"sourceRanges": ["10.99.0.0/16"]}, False),
        ({"sourceRanges": [f"{twin.gateway}/32"]}, True),
        ({"disabled": True}, False),
        ({"disabled": False}, True),
    ):
        api.done(api.session.patch(f"{FIREWALLS}/open-8501", json=change, timeout=30))
        assert reaches(ip) is opened, change
        assert reaches(ip, 22)
    api.done(api.delete(f"{FIREWALLS}/open-8501"))
    assert not reaches(ip)


def test_the_smaller_priority_decides(create: Create, rule: Rule, twin: TwinInfo) -> None:
    ip = address(create("priority"))
    serve(container(twin, "priority"))
    rule("allow-it", priority=900)
    rule("deny-it", priority=1000, allowed=None, denied=[{"IPProtocol": "all"}])
    assert reaches(ip)
    assert not reaches(ip, 22), "the default rules come last"
    rule("deny-first", priority=800, allowed=None, denied=[{"IPProtocol": "tcp", "ports": ["8000-9000"]}])
    assert not reaches(ip)


def test_a_rule_for_tagged_vms_is_for_them(api: Api, create: Create, rule: Rule, twin: TwinInfo) -> None:
    """Tags may come and go while the VM runs."""
    vm = create("tagged", tags={"items": ["web"]})
    serve(container(twin, "tagged"))
    rule("for-web", targetTags=["web"])
    assert reaches(address(vm))
    body = {"fingerprint": vm["tags"]["fingerprint"], "items": ["mail"]}
    api.done(api.post(f"{INSTANCES}/tagged/setTags", body))
    assert api.get(f"{INSTANCES}/tagged").json()["tags"]["items"] == ["mail"]
    assert not reaches(address(vm))
    assert api.post(f"{INSTANCES}/tagged/setTags", body).status_code == 412


def test_a_vm_that_is_made_or_started_later_has_the_rules(
    api: Api, create: Create, rule: Rule, twin: TwinInfo
) -> None:
    rule("from-the-start")
    ip = address(create("later"))
    serve(container(twin, "later"))
    assert reaches(ip)
    api.done(api.post(f"{INSTANCES}/later/stop"))
    api.done(api.delete(f"{FIREWALLS}/from-the-start"))
    api.done(api.post(f"{INSTANCES}/later/start"))
    serve(container(twin, "later"))
    assert not reaches(address(api.get(f"{INSTANCES}/later").json()))


def test_containers_are_behind_the_firewall_too(create: Create, rule: Rule, twin: TwinInfo) -> None:
    """Docker redirects a published port before the VM's own filters see it, and is caught all the same."""
    ip = address(create("containers"))
    name = container(twin, "containers")
    docker("exec", name, "cloudlab-ready", "20", "docker")
    for options in (("--publish=8501:8000", "python:3.10", "python3", "-m", "http.server", "8000"),
                    ("--network=host", "python:3.10", "python3", "-m", "http.server", "8502")):  # fmt: skip
        docker("exec", name, "docker", "run", "--detach", *options, within_s=120)
    asks = "until curl -so /dev/null localhost:8501 && curl -so /dev/null localhost:8502; do sleep 0.1; done"
    docker("exec", name, "timeout", "30", "sh", "-c", asks)
    assert not reaches(ip, 8501)
    assert not reaches(ip, 8502)
    rule("open-both", allowed=[{"IPProtocol": "tcp", "ports": ["8501-8502"]}])
    assert reaches(ip, 8501)
    assert reaches(ip, 8502)
    assert not reaches(ip, 8000)


def test_vms_reach_each_other_and_a_codespace_reaches_ssh_only(
    api: Api, create: Create, twin: TwinInfo
) -> None:
    """`default-allow-internal` means the VMs' half of the network; everybody else is outside."""
    ip = address(create("inside-a"))
    create("inside-b")
    serve(container(twin, "inside-a"))
    assert docker("exec", container(twin, "inside-b"), "nc", "-zw2", ip, str(PORT)) == ""
    assert not reaches(ip)
    assert reaches(ip, 22)
    api.done(api.delete(f"{FIREWALLS}/default-allow-internal"))
    try:
        with pytest.raises(Exception, match="exit code 1"):
            docker("exec", container(twin, "inside-b"), "nc", "-zw2", ip, str(PORT))
    finally:
        tcp = {"IPProtocol": "tcp", "ports": ["0-65535"]}
        inside = api.get(f"{COMPUTE}/regions/europe-west1/subnetworks/default").json()["ipCidrRange"]
        body = {
            "name": "default-allow-internal",
            "priority": 65534,
            "sourceRanges": [inside],
            "allowed": [tcp],
        }
        api.done(api.post(FIREWALLS, body))


def test_a_tunnel_goes_through_a_closed_port(create: Create, twin: TwinInfo, key: Path) -> None:
    """As on the page: `-L` reaches what no rule opens, because SSH is open and the rest is inside."""
    ip = address(create("tunnel", metadata=ssh_keys(key)))
    serve(container(twin, "tunnel"))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        local = probe.getsockname()[1]
    trust = ("-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null")
    tunnel_to = ("-N", "-L", f"{local}:localhost:{PORT}", f"alice@{ip}")
    argv = ("ssh", "-q", "-i", str(key), *trust, *tunnel_to)
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL) as tunnel:
        try:
            deadline = time.monotonic() + 10
            while True:
                try:
                    assert reaches("127.0.0.1", local)
                    break
                except ConnectionRefusedError:
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
        finally:
            tunnel.terminate()
    assert not reaches(ip)


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"name": "Upper"}, 400, "resource.name"),
        ({"sourceRanges": ["10.0.0/8"]}, 400, "resource.sourceRanges[0]': '10.0.0/8'"),
        ({"sourceRanges": ["10.0.0.1/8"]}, 400, "valid CIDR"),
        ({"allowed": [{"IPProtocol": "tcp", "ports": ["99999"]}]}, 400, "resource.allowed[0].ports[0]"),
        ({"allowed": [{"IPProtocol": "tcp", "ports": ["90-80"]}]}, 400, "resource.allowed[0].ports[0]"),
        ({"allowed": [{"IPProtocol": "tcp", "ports": ["22; reboot"]}]}, 400, "resource.allowed[0].ports[0]"),
        ({"allowed": [{"IPProtocol": "http"}]}, 400, "resource.allowed[0].IPProtocol"),
        ({"allowed": [{"IPProtocol": "icmp", "ports": ["1"]}]}, 400, "icmp"),
        ({"allowed": []}, 400, "exactly one"),
        ({"denied": [{"IPProtocol": "tcp"}]}, 400, "exactly one"),
        ({"priority": 70000}, 400, "resource.priority"),
        ({"direction": "SIDEWAYS"}, 400, "SIDEWAYS"),
        ({"direction": "EGRESS"}, 400, "INGRESS only"),
        ({"network": "global/networks/none"}, 404, "networks/none"),
        ({"sourceRange": ["10.0.0.0/8"]}, 400, "Unknown name \"sourceRange\" at 'resource'"),
        ({"name": "default-allow-ssh"}, 409, "already exists"),
    ],
)
def test_a_bad_rule_is_refused(api: Api, changes: dict[str, Any], status: int, says: str) -> None:
    body = {"name": "bad-rule", "allowed": [{"IPProtocol": "tcp", "ports": ["1"]}], **changes}
    answer = api.post(FIREWALLS, body)
    assert (answer.status_code, says in answer.json()["error"]["message"]) == (status, True), answer.text
    assert api.get(f"{FIREWALLS}/bad-rule").status_code == 404


def test_a_change_keeps_what_it_does_not_name(api: Api, rule: Rule) -> None:
    before = rule("kept", description="why", sourceRanges=["10.0.0.0/8"])
    api.done(api.session.patch(f"{FIREWALLS}/kept", json={"priority": 7}, timeout=30))
    assert api.get(f"{FIREWALLS}/kept").json() == before | {"priority": 7}
    assert api.session.patch(f"{FIREWALLS}/kept", json={"name": "other"}, timeout=30).status_code == 400
    assert api.session.patch(f"{FIREWALLS}/none", json={"priority": 7}, timeout=30).status_code == 404


def test_a_project_has_the_default_rules(api: Api) -> None:
    names = [each["name"] for each in api.get(FIREWALLS).json()["items"]]
    assert {"default-allow-icmp", "default-allow-internal", "default-allow-ssh"} <= set(names)
    assert api.delete(f"{FIREWALLS}/none").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/global/networks", "/global/networks/default", "/regions", "/regions/europe-west4",
     "/regions/europe-west1/subnetworks", "/regions/europe-west1/subnetworks/default",
     "/aggregated/subnetworks", "/global/firewalls"],
)  # fmt: skip
def test_the_network_is_as_google_describes_it(api: Api, path: str) -> None:
    assert api.get(COMPUTE + path).json()["kind"].startswith("compute#")

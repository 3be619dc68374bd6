"""A twin that ended is taken up again, with all it had; one that is taken down leaves nothing."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.engine import EngineError, containers, docker
from pytest_cloudlab.twin.images import BASE
from pytest_cloudlab.twin.state import LABEL, Files, TwinInfo
from tests.twin.conftest import vm_body

pytestmark = pytest.mark.docker

ZONE = "europe-west1-b"

ASK = """
import socket, sys
try:
    with socket.create_connection((sys.argv[1], int(sys.argv[2])), 5) as proxy:
        proxy.sendall(b"CONNECT compute.googleapis.com:443 HTTP/1.1\\r\\n\\r\\n")
        print(proxy.recv(12).decode(), end="")
except OSError:
    pass
"""


@pytest.fixture
def own(twin: TwinInfo, tmp_path: Path) -> Iterator[TwinInfo]:
    """A twin that the test may kill. The session's is why there is an engine."""
    info = control.up(tmp_path / "own", project="project-own")
    yield info
    control.down(info.state)


def kill(info: TwinInfo) -> None:
    os.kill(info.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while info.alive and time.monotonic() < until:
        time.sleep(0.02)


def call(info: TwinInfo, method: str, url: str, *, token: str = "", **options: Any) -> requests.Response:
    """Ask that twin, trusting nothing but its authority."""
    token = token or Files(info.state).token.read_text()
    return requests.request(
        method,
        url,
        headers={"Authorization": f"Bearer {token}"},
        proxies={"https": f"http://127.0.0.1:{info.port}"},
        verify=str(Files(info.state).ca),
        timeout=60,
        **options,
    )


def compute(info: TwinInfo, path: str = "") -> str:
    return f"https://compute.googleapis.com/compute/v1/projects/{info.project}{path}"


def push(info: TwinInfo, name: str, data: bytes) -> str:
    """Put a blob; returns where it is."""
    url = f"https://eu.gcr.io/v2/{info.project}/{name}/blobs"
    where = call(info, "POST", f"{url}/uploads/").headers["Location"]
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    call(info, "PUT", f"{where}&digest={digest}", data=data).raise_for_status()
    return f"{url}/{digest}"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_a_twin_that_ended_is_taken_up_again(own: TwinInfo, number: signal.Signals) -> None:
    """VMs carry its address, token and certificate in their environment: none may change."""
    files = Files(own.state)
    before = files.ca.read_bytes(), files.token.read_bytes(), files.credentials.read_bytes()
    blob = push(own, "webapp", b"layer")
    os.kill(own.pid, number)
    while own.alive:
        time.sleep(0.02)
    assert control.status(own.state) is None
    again = control.up(own.state)
    for name in ("id", "project", "zones", "port", "network", "subnet", "gateway"):
        assert getattr(again, name) == getattr(own, name), name
    assert again.pid != own.pid
    assert (files.ca.read_bytes(), files.token.read_bytes(), files.credentials.read_bytes()) == before
    assert call(again, "GET", blob).content == b"layer"


def test_a_restart_keeps_what_runs_in_it(own: TwinInfo) -> None:
    operation = call(own, "POST", compute(own, f"/zones/{ZONE}/instances"), json=vm_body("keeper")).json()
    call(own, "POST", compute(own, f"/zones/{ZONE}/operations/{operation['name']}/wait"))
    before = call(own, "GET", compute(own, f"/zones/{ZONE}/instances/keeper")).json()
    assert before["status"] == "RUNNING"
    again = control.restart(own.state)
    assert (again.id, again.port) == (own.id, own.port)
    assert again.pid != own.pid
    assert not own.alive
    assert call(again, "GET", compute(own, f"/zones/{ZONE}/instances/keeper")).json() == before


def test_vms_outlive_a_crash(own: TwinInfo) -> None:
    """One goes on running; one whose container ended meanwhile, as all do when the machine is shut down, is
    TERMINATED and can be started."""
    for name in ("runs", "ends"):
        operation = call(own, "POST", compute(own, f"/zones/{ZONE}/instances"), json=vm_body(name)).json()
        call(own, "POST", compute(own, f"/zones/{ZONE}/operations/{operation['name']}/wait"))
    kill(own)
    names = containers(f"{LABEL}={own.id}")
    (ends,) = (name for name in names if "-ends-" in name)
    docker("stop", "--time=0", ends)
    again = control.up(own.state)
    assert containers(f"{LABEL}={own.id}").keys() == names.keys()

    def status(name: str) -> str:
        return str(call(again, "GET", compute(again, f"/zones/{ZONE}/instances/{name}")).json()["status"])

    assert (status("runs"), status("ends")) == ("RUNNING", "TERMINATED")
    operation = call(again, "POST", compute(again, f"/zones/{ZONE}/instances/ends/start")).json()
    done = call(again, "POST", compute(again, f"/zones/{ZONE}/operations/{operation['name']}/wait")).json()
    assert "error" not in done
    assert status("ends") == "RUNNING"


def test_there_is_nothing_to_restart_in_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no twin"):
        control.restart(tmp_path)


def test_a_port_that_was_taken_meanwhile_is_named_and_the_twin_is_kept(own: TwinInfo) -> None:
    kill(own)
    said = f"Port {own.port} is taken.*ss -ltnp sport = :{own.port}"
    with socket.create_server(("127.0.0.1", own.port)), pytest.raises(UsageError, match=said):
        control.up(own.state)
    assert control.up(own.state).id == own.id


def test_other_options_are_refused_before_a_dead_twin_is_touched(own: TwinInfo) -> None:
    kill(own)
    with pytest.raises(UsageError, match="has project project-own, not project-new"):
        control.up(own.state, project="project-new")
    assert Files(own.state).settings.exists()


def test_a_lost_key_is_named(own: TwinInfo) -> None:
    """A new authority would be one that no VM trusts."""
    kill(own)
    Files(own.state).ca_key.unlink()
    with pytest.raises(UsageError, match="certificate authority cannot be read"):
        control.up(own.state)


def volumes(info: TwinInfo) -> set[str]:
    names = list(containers(f"{LABEL}={info.id}"))
    form = "{{range .Mounts}}{{.Name}} {{end}}"
    return set(docker("inspect", "--format", form, *names).split()) if names else set()


def left(info: TwinInfo) -> tuple[Any, ...]:
    label = f"{LABEL}={info.id}"
    networks = docker("network", "ls", "--quiet", "--filter", f"label={label}")
    processes = subprocess.run(
        ("pgrep", "--full", str(info.state)), capture_output=True, text=True
    ).stdout.split()
    return containers(label), networks, processes, info.state.exists()


@pytest.mark.parametrize("killed", [False, True], ids=["asked", "killed"])
def test_down_while_vms_boot_leaves_nothing(own: TwinInfo, killed: bool) -> None:
    """Their containers appear while the twin is being removed."""
    for number in range(3):
        call(own, "POST", compute(own, f"/zones/{ZONE}/instances"), json=vm_body(f"vm-{number}"))
    time.sleep(0.3)
    if killed:
        kill(own)
    seen = volumes(own)
    control.down(own.state)
    # A container that was on its way would be there by now.
    time.sleep(1)
    assert left(own) == ({}, "", [], False)
    assert not seen & set(docker("volume", "ls", "--quiet").split())


def test_twins_do_not_meet(twin: TwinInfo, own: TwinInfo) -> None:
    """Neither by token, nor by certificate, nor on the network."""
    assert call(own, "GET", compute(own)).ok
    stranger = Files(twin.state).token.read_text()
    assert call(own, "GET", compute(own), token=stranger).status_code == 401
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(
            compute(own),
            proxies={"https": f"http://127.0.0.1:{twin.port}"},
            verify=str(Files(own.state).ca),
            timeout=20,
        )
    guest = docker("run", "--detach", f"--network={own.network}", "--entrypoint=sleep", BASE, "60").strip()
    try:
        for info, said in ((own, "HTTP/1.1 200"), (twin, "")):
            assert docker("exec", guest, "python3", "-c", ASK, info.gateway, str(info.port)) == said
    finally:
        with suppress(EngineError):
            docker("rm", "--force", "--volumes", guest)

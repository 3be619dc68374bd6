"""What the proxy lets through, and what it does not."""

from __future__ import annotations

import socket
import subprocess

import pytest
import requests

from pytest_cloudlab.twin import hosts, indexes
from pytest_cloudlab.twin.request_log import requests as logged
from pytest_cloudlab.twin.state import TwinInfo

pytestmark = pytest.mark.docker


def ask(twin: TwinInfo, head: str) -> str:
    with socket.create_connection(("127.0.0.1", twin.port), timeout=10) as connection:
        connection.sendall(head.encode())
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile().read()


@pytest.mark.parametrize(
    "head",
    [
        "CONNECT example.org:443 HTTP/1.1",
        "CONNECT compute.googleapis.com:80 HTTP/1.1",
        "CONNECT notgcr.io:443 HTTP/1.1",
        "GET http://compute.googleapis.com/ HTTP/1.1",
        "GET http://127.0.0.1/ HTTP/1.1",
    ],
)
def test_a_host_the_twin_does_not_serve_is_refused_with_a_sentence(twin: TwinInfo, head: str) -> None:
    answer = ask(twin, head + "\r\n\r\n")
    assert answer.startswith("HTTP/1.1 403 ")
    assert "The local cloud twin does not serve" in answer


def test_a_refusal_is_in_the_request_log(twin: TwinInfo) -> None:
    ask(twin, "CONNECT refused.example:443 HTTP/1.1\r\nUser-Agent: curl/7.88.1\r\n\r\n")
    found = [(each.service, each.status, each.client) for each in logged(twin.state)]
    assert ("refused.example", 403, "curl") in found


def test_what_is_no_request_is_answered_400(twin: TwinInfo) -> None:
    assert ask(twin, "hello\r\n\r\n").startswith("HTTP/1.1 400 ")


def test_a_package_index_passes_through_with_its_own_certificate(through_twin: TwinInfo) -> None:
    """`pip install` inside a `docker build` needs it, and the twin must not sit in between."""
    command = (
        "pip",
        "download",
        "--no-deps",
        "--no-cache-dir",
        "--dest",
        str(through_twin.state / "home"),
        "colorama",
    )
    done = subprocess.run(("python3", "-m", *command), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_log_holds_no_credentials(through_twin: TwinInfo) -> None:
    token = (through_twin.state / "token").read_text()
    headers = {"Authorization": f"Bearer {token}"}
    url = f"https://compute.googleapis.com/compute/v1/projects/{through_twin.project}?access_token={token}"
    assert requests.get(url, headers=headers, timeout=30).ok
    last = logged(through_twin.state)[-1]
    assert (last.service, last.method, last.route, last.status) == (
        "compute.googleapis.com", "GET", "/compute/v1/projects/{project}", 200,
    )  # fmt: skip
    assert token not in (through_twin.state / "requests.jsonl").read_text()


def test_only_loopback_and_the_twins_network_can_reach_it(twin: TwinInfo) -> None:
    lines = subprocess.run(("ss", "-Hltn"), capture_output=True, text=True).stdout.splitlines()
    bound = {line.split()[3] for line in lines if line.split()[3].endswith(f":{twin.port}")}
    assert bound == {f"127.0.0.1:{twin.port}", f"{twin.gateway}:{twin.port}"}


@pytest.mark.parametrize(
    ("host", "expected"),
    [("gcr.io", True), ("us.gcr.io", True), ("gcr.io.evil.example", False), ("pkg.dev", False)],
)
def test_a_pattern_covers_whole_labels(host: str, expected: bool) -> None:
    assert hosts.served(host) is expected


def test_apt_sources_are_read_in_both_formats(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "sources.list.d").mkdir()
    (folder / "sources.list").write_text(
        "deb http://one.example/debian bookworm main\n# deb http://no.example/ x\n"
    )
    (folder / "sources.list.d" / "two.sources").write_text("Types: deb\nURIs: https://two.example/debian\n")
    (folder / "sources.list.d" / "old.bak").write_text("deb http://old.example/ x\n")
    found = indexes._apt_sources(folder)
    assert found == ["http://one.example/debian", "https://two.example/debian"]

"""Which hosts answer; what kept the others from it is told apart, and each has its own line to mend it."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import certifi
import pytest

from pytest_cloudlab.doctor import probe
from pytest_cloudlab.doctor.endpoint import Endpoint
from pytest_cloudlab.doctor.finding import Finding, State
from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.doctor.network import look_at_network
from tests.clouds.internet import Authority, Internet
from tests.clouds.odd_server import OddServer

API = Endpoint("storage.googleapis.com", "Cloud Storage", "/storage/v1/b", api=True)
GITHUB = Endpoint("api.github.com", "")


def look(machine: Machine, endpoint: Endpoint = API, *, within_s: float = 5) -> Finding:
    (finding,) = look_at_network([endpoint], machine, within_s=within_s)
    return finding


def test_an_answer_is_one_whatever_it_says(machine: Machine, internet: Internet) -> None:
    """Without credentials an API says 401, and has answered."""
    internet.script = lambda asked: asked.say(401, {"error": {"code": 401}})
    finding = look(machine)
    assert finding.state is State.OK
    assert internet.host in finding.found
    assert internet.paths == ["/storage/v1/b"]
    assert "Authorization" not in internet.seen[0][2]


@pytest.mark.parametrize(
    ("status", "state"), [(404, State.OK), (500, State.UNKNOWN), (503, State.UNKNOWN), (429, State.UNKNOWN)]
)
def test_a_host_that_cannot_serve_now_is_not_the_networks_fault(
    machine: Machine, internet: Internet, status: int, state: State
) -> None:
    internet.script = lambda asked: asked.say(status, {})
    assert look(machine).state is state


def test_an_error_page_of_the_real_host_is_an_answer(machine: Machine, internet: Internet) -> None:
    internet.script = lambda asked: asked.say(404, "<html>Not found", content_type="text/html")
    assert look(machine).state is State.OK


@pytest.mark.parametrize("kind", ["page", "redirect", "511"])
def test_a_sign_in_page_in_an_apis_place(machine: Machine, internet: Internet, kind: str) -> None:
    internet.script = {
        "page": lambda asked: asked.say(200, "<!DOCTYPE html><form>", content_type="text/html"),
        "redirect": lambda asked: asked.say(302, location="http://login.campus.example/"),
        "511": lambda asked: asked.say(511),
    }[kind]
    finding = look(machine)
    assert finding.state is State.WRONG
    assert "wants a sign-in first" in finding.found
    assert (
        finding.fix == "Open http://storage.googleapis.com in a browser, sign in to the network, look again."
    )


def test_a_page_where_a_page_belongs_is_an_answer(machine: Machine, internet: Internet) -> None:
    internet.script = lambda asked: asked.say(200, "<!DOCTYPE html>", content_type="text/html")
    assert look(machine, GITHUB).state is State.OK


def untrusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a machine that has never heard of the authority on its way."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())


def test_an_authority_of_the_network_is_named_as_such(
    machine: Machine, internet: Internet, odd: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    untrusting(monkeypatch)
    monkeypatch.setenv("HTTP_PROXY", f"http://{odd.host}")
    odd.script = lambda asked: asked.say(301, location="https://storage.googleapis.com/")
    finding = look(machine)
    assert "authority that this machine does not trust" in finding.found
    assert finding.fix.startswith("export REQUESTS_CA_BUNDLE=")
    assert finding.state is State.WRONG


def test_a_portal_that_breaks_tls_is_told_from_an_authority(
    machine: Machine, internet: Internet, odd: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no certificate for the host; without TLS it shows itself."""
    untrusting(monkeypatch)
    monkeypatch.setenv("HTTP_PROXY", f"http://{odd.host}")
    odd.script = lambda asked: asked.say(302, location="http://login.campus.example/?from=here")
    finding = look(machine)
    assert "wants a sign-in first" in finding.found
    assert "login.campus.example" not in finding.found + finding.fix


def test_a_certificate_of_another_time(
    machine: Machine, internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = probe.Probe(probe.Came.CLOCK)
    monkeypatch.setattr("pytest_cloudlab.doctor.network.ask", lambda *args, **more: came)
    assert look(machine).fix == "sudo timedatectl set-ntp true"


@pytest.fixture
def direct(monkeypatch: pytest.MonkeyPatch, authority: Authority) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))


@pytest.mark.usefixtures("direct")
def test_refused(machine: Machine, closed_port: str) -> None:
    finding = look(machine, Endpoint(closed_port, "the course's registry", "/v2/"))
    assert finding.found == "the course's registry: it refuses the connection"
    assert finding.state is State.WRONG


@pytest.mark.usefixtures("direct")
@pytest.mark.parametrize(
    ("number", "said", "state"),
    [
        (socket.EAI_NONAME, "there is no host of that name", State.WRONG),
        (socket.EAI_AGAIN, "names cannot be looked up here", State.WRONG),
    ],
    ids=["no such name", "no name server"],
)
def test_names(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, number: int, said: str, state: State
) -> None:
    def lookup(*args: object, **more: object) -> None:
        raise socket.gaierror(number, "scripted")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    finding = look(machine)
    assert (said in finding.found, finding.state) == (True, state)


@pytest.mark.usefixtures("direct")
def test_something_that_does_not_speak_tls(machine: Machine, odd: OddServer) -> None:
    finding = look(machine, Endpoint(odd.host, ""))
    assert finding.state is State.WRONG
    assert "TLS" in finding.found


def test_a_proxy_that_is_not_there(
    machine: Machine, internet: Internet, closed_port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://alice:hunter2secret@{closed_port}")
    finding = look(machine)
    assert f"the proxy {closed_port} does not answer" in finding.found
    assert "hunter2secret" not in finding.found + finding.fix
    assert "HTTPS_PROXY" in finding.fix


@pytest.mark.parametrize(
    ("status", "said", "state"),
    [
        (403, "lets nothing through to it (403)", State.WRONG),
        (407, "wants a sign-in (407)", State.WRONG),
        (502, "does not reach it (502)", State.UNKNOWN),
        (511, "this network wants a sign-in first", State.WRONG),
    ],
)
def test_what_a_proxy_answers(
    machine: Machine, internet: Internet, odd: OddServer, monkeypatch: pytest.MonkeyPatch,
    status: int, said: str, state: State,
) -> None:  # fmt: skip
    monkeypatch.setenv("HTTPS_PROXY", f"http://{odd.host}")
    odd.script = lambda asked: asked.say(status)
    finding = look(machine)
    assert (said in finding.found, finding.state) == (True, state), finding
    assert finding.fix


def test_silence_is_not_known_and_ends(machine: Machine, internet: Internet) -> None:
    """A server that drips its answer is silence too."""
    internet.script = lambda asked: asked.drip(b"H", 0.05)
    started = time.monotonic()
    finding = look(machine, within_s=0.5)
    assert (finding.state, time.monotonic() - started < 20) == (State.UNKNOWN, True)


def test_a_lookup_that_hangs_does_not_hold_the_others(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's own limit for it may be half a minute, and nothing can stop it."""
    free = threading.Event()

    def ask(host: str, *args: object, **more: object) -> probe.Probe:
        if host == "stuck.example":
            free.wait(30)
        return probe.Probe(probe.Came.ANSWER, "200")

    monkeypatch.setattr("pytest_cloudlab.doctor.network.ask", ask)
    monkeypatch.setattr("pytest_cloudlab.doctor.network.LONGER_S", 0.3)
    try:
        stuck, fine = look_at_network(
            [Endpoint("stuck.example", ""), Endpoint("fine.example", "")], machine, within_s=2
        )
    finally:
        free.set()
    assert (stuck.state, fine.state) == (State.UNKNOWN, State.OK)


def test_hosts_are_asked_at_once(machine: Machine, internet: Internet) -> None:
    def slow(asked: object) -> None:
        time.sleep(2)
        asked.say(200, {})  # type: ignore[attr-defined]

    internet.script = slow
    started = time.monotonic()
    hosts = ["storage.googleapis.com", "compute.googleapis.com", "api.github.com", "oauth2.googleapis.com"]
    found = look_at_network([Endpoint(host, "") for host in hosts], machine)
    assert {one.state for one in found} == {State.OK}
    assert [one.name for one in found] == hosts
    assert time.monotonic() - started < 6


def test_what_nobody_needs_is_no_more_than_a_fact(machine: Machine, internet: Internet) -> None:
    internet.script = lambda asked: asked.say(511)
    page = Endpoint("api.github.com", "the lab's page", needed=False)
    assert look(machine, page).state is State.FACT


def test_the_folder_is_not_asked_for_a_netrc(
    machine: Machine, internet: Internet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password for the host stays where it is."""
    (tmp_path / ".netrc").write_text("machine storage.googleapis.com login a password hunter2secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    internet.script = lambda asked: asked.say(200, {})
    look(machine)
    assert "Authorization" not in internet.seen[0][2]

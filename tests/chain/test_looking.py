"""Machines told apart, and ports followed, on this machine's own kernel."""

from __future__ import annotations

import shutil
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pytest_cloudlab.chain import Answer, ending, nonce
from pytest_cloudlab.chain.asking import Far, ask, far_end
from pytest_cloudlab.chain.identity import evidence_of, identify
from pytest_cloudlab.chain.nonce import placed, served
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.sockets import sockets
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.local import local
from pytest_cloudlab.webpage import fetch


@pytest.fixture
def here() -> Iterator[Target]:
    with local() as target:
        yield target


@pytest.fixture
def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        port: int = server.server_address[1]
        yield port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page(handler: Callable[..., BaseHTTPRequestHandler]) -> AbstractContextManager[int]:
    return running(ThreadingHTTPServer(("127.0.0.1", 0), handler))


def passing_on(to: int) -> AbstractContextManager[int]:
    """A port whose every connection becomes one to port `to`, as a tunnel's does."""

    class Tunnel(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", to)) as far:
                back = threading.Thread(target=pump, args=(far, self.request))
                back.start()
                pump(self.request, far)
                back.join()

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel, bind_and_activate=False)
    server.request_queue_size, server.daemon_threads = 50, True
    server.server_bind()
    server.server_activate()
    return running(server)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None: ...


class Wiki(Quiet):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"a page of somebody else's")


def test_one_machine_under_two_names_is_seen(here: Target) -> None:
    with local() as again:
        told = evidence_of({"laptop": here, "codespace": again})
    assert told["laptop"].same_as(told["codespace"])
    assert told["laptop"].nonce != told["codespace"].nonce
    assert told["laptop"].hostname
    assert told["laptop"].network.isdigit()


def test_a_machine_that_cannot_be_asked_takes_nothing_from_the_others(here: Target) -> None:
    gone = Target("gone://", ("false", "sh"))
    told = identify({"laptop": here, "vm": gone})
    assert isinstance(told["vm"], CouldNotLook)
    assert not isinstance(told["laptop"], CouldNotLook)
    with pytest.raises(CouldNotLook):
        evidence_of({"laptop": here, "vm": gone})


def test_nothing_is_left_of_it(here: Target) -> None:
    evidence_of({"laptop": here})
    assert here.run("ls /tmp /var/tmp /dev/shm | grep cloudlab-hop- || true").text == ""


@pytest.mark.parametrize("language", ["python3", "perl", "node"])
def test_a_nonce_is_served_in_whichever_language_is_there(
    here: Target, free: int, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which(language):
        pytest.skip(f"no {language} here")
    monkeypatch.setattr(nonce, "_LANGUAGES", {language: nonce._LANGUAGES[language]})
    with served(here, free) as ours:
        assert fetch(f"http://127.0.0.1:{free}{ours.path}").body == ours.text
        assert fetch(f"http://127.0.0.1:{free}{ours.path}").body == ours.text
    with pytest.raises(NotFound):
        fetch(f"http://127.0.0.1:{free}/")


def test_a_port_that_is_taken_is_not_taken_from_who_has_it(here: Target) -> None:
    with page(Quiet) as port, pytest.raises(CouldNotLook), served(here, port):
        pass


def test_no_language_to_serve_in(here: Target, free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nonce, "_LANGUAGES", {"cobol-of-1959": ("cobol",)})
    with pytest.raises(CouldNotLook, match="none of cobol-of-1959"), served(here, free):
        pass


def test_a_nonce_is_placed_where_the_page_is_and_taken_away(here: Target, tmp_path: Path) -> None:
    def serve(*words: object) -> Quiet:
        return Quiet(*words, directory=str(tmp_path))  # type: ignore[arg-type]

    with page(serve) as port:
        with placed(here, str(tmp_path)) as ours:
            assert ours
            assert fetch(f"http://127.0.0.1:{port}{ours.path}").body == ours.text
        assert not list(tmp_path.iterdir())
        with placed(here, f"{tmp_path}/none") as none:
            assert none is None


def test_a_port_that_leads_to_a_nonce(here: Target, free: int) -> None:
    machines = {"codespace": here, "vm": here}
    with far_end("vm", free, machines) as far, passing_on(free) as door:
        assert far.nonce
        assert ask("codespace", door, far, machines).answer is Answer.REACHED


def test_a_port_that_leads_to_who_listens_there_already(here: Target) -> None:
    machines = {"codespace": here}
    with page(Quiet) as port, far_end("codespace", port, machines) as far, passing_on(port) as door:
        assert far.nonce is None
        assert ask("codespace", door, far, machines).answer is Answer.REACHED


def test_a_port_that_nobody_listens_on(here: Target, free: int) -> None:
    said = ask("codespace", free, Far("vm", 1), {"codespace": here, "vm": here})
    assert (said.answer, said.ended) == (Answer.NOTHING, f"nobody listens on port {free} of the codespace")


def test_a_port_that_leads_to_another_port(here: Target, free: int) -> None:
    """Told by what answers, and where it ends by where connections go."""
    machines = {"codespace": here}
    with page(Wiki) as other, passing_on(other) as door, served(here, free) as ours:
        said = ask("codespace", door, Far("codespace", free, ours), machines)
    assert said.answer is Answer.ELSEWHERE
    assert f"ends at the codespace's port {other}" in said.ended
    assert said.ended.endswith("(another page answers, HTTP 200)")


def test_a_listener_in_the_way(here: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connections go no further than the port itself."""
    monkeypatch.setattr(ending, "ARRIVE_S", 0.5)
    with page(Wiki) as port, page(Wiki) as far:
        said = ask("codespace", port, Far("codespace", far), {"codespace": here})
    assert said.answer is Answer.ELSEWHERE
    assert f"ends there: the codespace's port {port}" in said.ended


def test_a_way_that_is_right_with_another_page_at_its_end_is_no_verdict(here: Target) -> None:
    with page(Wiki) as port, passing_on(port) as door:
        far = Far("codespace", port, nonce.Nonce("/nonce.txt", "0123"))
        with pytest.raises(CouldNotLook, match="yet not to what was put there"):
            ask("codespace", door, far, {"codespace": here})


def test_others_connections_are_no_verdict(here: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    with page(Quiet) as port:
        told = sockets(here)
        monkeypatch.setattr(ending, "sockets", lambda machine: told)
        monkeypatch.setattr(ending, "ARRIVE_S", 0.1)
        with pytest.raises(CouldNotLook, match="come and go"):
            ending.ending("codespace", port, {"codespace": here})

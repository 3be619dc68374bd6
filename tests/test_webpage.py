"""Pages of strangers: fetched within limits, told apart from silence, read without being led astray."""

from __future__ import annotations

import gzip
import socket
import subprocess
import threading
import time
import tracemalloc
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import pytest

from pytest_cloudlab import soup
from pytest_cloudlab.errors import CouldNotLook, NotFound, TargetLost, TimedOut, TooMuch, UsageError
from pytest_cloudlab.targets import Target, open_target
from pytest_cloudlab.webpage import Page, fetch, fetch_through
from tests.clouds.odd_server import Asked, OddServer


@dataclass(frozen=True)
class At:
    select: str
    value: str = "text"


@pytest.fixture
def server() -> Iterator[OddServer]:
    with OddServer() as odd:
        yield odd


@contextmanager
def raw_server(play: Callable[[socket.socket], None]) -> Iterator[str]:
    """Reads the head of one request, then lets `play` answer with whatever bytes it likes."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            while b"\r\n\r\n" not in connection.recv(65536):
                pass
            play(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join(10)


@contextmanager
def flat(limit_bytes: int = 16 << 20) -> Iterator[None]:
    """What runs in here never holds more than that."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit_bytes
    finally:
        tracemalloc.stop()


def endless(size_bytes: int, status: int = 200, **headers: str) -> Callable[[Asked], None]:
    """An answer of so many bytes, written piece by piece."""

    def script(asked: Asked) -> None:
        asked.send_response(status)
        for key, value in {"Content-Length": str(size_bytes), **headers}.items():
            asked.send_header(key, value)
        asked.end_headers()
        piece = bytes(1 << 16)
        for _ in range(size_bytes // len(piece)):
            asked.wfile.write(piece)

    return script


def test_a_page_is_its_status_and_its_text(server: OddServer) -> None:
    """An error page is a page too; bytes that are no UTF-8 do no harm."""
    server.script = lambda asked: asked.say(404, "Zoë ".encode() + b"\xff")
    page = fetch(f"http://{server.host}/")
    assert (page.status, page.body) == (404, "Zoë �")


@pytest.mark.parametrize("status", [200, 302])
def test_a_large_page_is_not_read_to_its_end(server: OddServer, status: int) -> None:
    """200 MB cost 2 MiB and no time; as the body of a redirect too."""
    server.script = endless(200 << 20, status, Location="http://127.0.0.1:1/")
    started = time.monotonic()
    with flat(), pytest.raises(TooMuch, match="larger than 2 MiB"):
        fetch(f"http://{server.host}/")
    assert time.monotonic() - started < 30


def test_a_compressed_page_is_never_unpacked(server: OddServer) -> None:
    """One megabyte that unfolds into a thousand is refused; nothing compressed was asked for."""
    bomb = gzip.compress(bytes(64 << 20))
    server.script = lambda asked: asked.say(200, bomb, content_encoding="gzip")
    with flat(), pytest.raises(CouldNotLook, match="compressed"):
        fetch(f"http://{server.host}/")
    assert server.seen[0][2]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("length", ["", "Content-Length: 100000\r\n", "Transfer-Encoding: chunked\r\n"])
def test_the_limit_holds_for_the_whole_page(server: OddServer, length: str) -> None:
    """A server that always sends the next byte in time is cut off all the same, in any framing."""

    def drip(asked: Asked) -> None:
        asked.wfile.write(f"HTTP/1.1 200 OK\r\n{length}\r\n".encode())
        asked.drip(b"1\r\nx\r\n" if "chunked" in length else b"x", 0.2)

    server.script = drip
    started = time.monotonic()
    with pytest.raises(TimedOut, match=r"within 0\.6 s"):
        fetch(f"http://{server.host}/", timeout_s=0.6)
    assert time.monotonic() - started < 20


def test_the_limit_holds_for_the_headers(server: OddServer) -> None:
    server.script = lambda asked: asked.drip(b"HTTP/1.1 200 OK\r\n"[:1], 0.2)
    with pytest.raises(TimedOut):
        fetch(f"http://{server.host}/", timeout_s=0.6)


def test_a_page_that_stalls_is_late_and_not_missing(server: OddServer) -> None:
    """It began, so there is a web server: silence after that is no reason to fail anyone."""

    def stall(asked: Asked) -> None:
        asked.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
        asked.server.stopping.wait(5)

    server.script = stall
    with pytest.raises(TimedOut):
        fetch(f"http://{server.host}/", timeout_s=0.5)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(NotFound, match="no web server"):
        fetch(f"http://127.0.0.1:{port}/")


def test_a_connection_closed_without_an_answer_is_no_web_server() -> None:
    with raw_server(lambda connection: None) as url, pytest.raises(NotFound, match="no web server"):
        fetch(url)


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00\xff" * 500,
        b"\n" * 500,
        b"x" * 200_000,
        b"HTTP/1.1 999999 Odd\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip at all",
        b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
    ids=lambda answer: repr(answer[:40]),
)
def test_what_is_no_proper_answer_cannot_be_judged(answer: bytes) -> None:
    """Something answered, and it is not a web page: neither missing nor a broken check."""
    with raw_server(lambda connection: connection.sendall(answer)) as url, pytest.raises(CouldNotLook):
        fetch(url, timeout_s=5)


@pytest.mark.parametrize("location", ["http://127.0.0.1:1/", "http://[", "\x01://\xff", "/again"])
def test_a_redirect_is_shown_and_not_followed(server: OddServer, location: str) -> None:
    """Wherever it points, the machine that was asked is the only one that answers."""
    server.script = lambda asked: asked.say(302, "moved", location=location)
    page = fetch(f"http://{server.host}/")
    assert (page.status, page.body, server.paths) == (302, "moved", ["/"])


def test_proxies_and_passwords_of_the_environment_take_no_part(
    server: OddServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server.script = lambda asked: asked.say(200, "here")
    assert fetch(f"http://{server.host}/").body == "here"
    assert "Authorization" not in server.seen[0][2]


HTML = """<main data-mascot="cat" class="big furry"><p id="author"> Zoë
  <b>O'Neil</b> &lt;3</p><p id="author">second</p><img id="gif" src=""></main>"""


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        (At("#author"), "Zoë O'Neil <3"),
        (At("main[data-mascot]", "data-mascot"), "cat"),
        (At("main", "class"), "big furry"),
        (At("main", "data-author"), ""),
        (At("img#gif", "src"), ""),
        (At("#nobody"), ""),
        (At("#nobody", "href"), ""),
    ],
)
def test_a_selector_reads_the_first_element_it_points_at(selector: At, found: str) -> None:
    """White space folded as a browser does; an element or attribute that is not there reads as nothing."""
    assert Page("", 200, HTML).read(selector) == found


@pytest.mark.parametrize("selector", ["main[", "p:nonsense", ""])
def test_a_selector_that_is_no_css_is_the_lab_s_mistake(selector: str) -> None:
    with pytest.raises(UsageError, match="is no CSS") as caught:
        Page("", 200, HTML).read(At(selector))
    assert "lab.toml" in caught.value.remedy


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no tags",
        "<" * 1000,
        "<main" * 1000,
        "<![if x",
        "<![CDATA[",
        "<!a [ <!b",
        "&#xd800;&#99999999999;",
    ],
)
def test_broken_html_reads_as_nothing(body: str) -> None:
    assert Page("", 200, body).read(At("main", "data-mascot")) == ""


def test_deep_html_is_read_all_the_same() -> None:
    """A hundred thousand open tags neither overflow a stack nor hide what is in them."""
    body = "<main>" + "<i>" * 100_000 + "deep" + "</i>" * 100_000
    assert Page("", 200, body).read(At("main")) == "deep"


@pytest.mark.parametrize("piece", ['<a b="', "<!--", "<![CDATA[", "</a "])
def test_html_written_to_keep_a_parser_busy_is_given_up(monkeypatch: pytest.MonkeyPatch, piece: str) -> None:
    """Each of these would take the standard parser minutes or more."""
    monkeypatch.setattr(soup, "PARSE_S", 0.3)
    started = time.monotonic()
    with pytest.raises(TimedOut, match="taken apart"):
        Page("", 200, piece * 250_000).read(At("main"))
    assert time.monotonic() - started < 30


def test_headers_are_sent(server: OddServer) -> None:
    """With those of its own; they are for this server alone, and so no redirect gets them."""
    server.script = lambda asked: asked.say(302, location=f"http://{server.host}/elsewhere")
    page = fetch(f"http://{server.host}/api", headers={"Authorization": "token abc"})
    ((_, path, headers),) = server.seen
    assert (page.status, path) == (302, "/api")
    assert headers["Authorization"] == "token abc"
    assert headers["Accept-Encoding"] == "identity"


class Machine:
    """A machine behind a tunnel, there or gone."""

    def __init__(self, *, there: bool) -> None:
        self.there = there

    def run(self, command: str) -> None:
        if not self.there:
            raise TargetLost("the machine is gone")


@pytest.mark.parametrize(("there", "kind"), [(True, NotFound), (False, TargetLost)])
def test_a_lost_machine_is_no_missing_web_server(there: bool, kind: type[Exception]) -> None:
    """Only a machine that still answers lacks its web server."""
    with (
        raw_server(lambda connection: None) as url,
        pytest.raises(kind, match="port 8081" if there else "gone"),
    ):
        fetch_through(cast(Target, Machine(there=there)), url, 8081)


@pytest.mark.docker
def test_a_container_that_was_killed_is_lost() -> None:
    """While it runs, its port has no web server; killed, nobody can say."""
    name = f"cloudlab-test-webpage-{uuid.uuid4().hex[:8]}"
    run = [
        "docker",
        "run",
        "-d",
        "--rm",
        "--name",
        name,
        "cloudlab/debian:bookworm",
        "timeout",
        "300",
        "sleep",
        "300",
    ]
    subprocess.run(run, check=True, capture_output=True)
    try:
        with open_target(f"docker://{name}") as machine, machine.forward(8081) as url:
            with pytest.raises(NotFound, match="the machine answers"):
                fetch_through(machine, url, 8081)
            subprocess.run(["docker", "rm", "-f", name], check=True, capture_output=True)
            with pytest.raises(TargetLost):
                fetch_through(machine, url, 8081)
    finally:
        subprocess.run(["docker", "rm", "-f", name], check=False, capture_output=True)

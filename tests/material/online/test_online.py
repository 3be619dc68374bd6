"""Against real servers on this machine, which only these tests allow to be asked."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.material.online import visit
from pytest_cloudlab.material.online.answer import Answer, Kind
from pytest_cloudlab.material.online.online import Online
from tests.clouds.odd_server import Asked, OddServer

HERE = ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6")
GOOD = Answer(Kind.GOOD)


class Head(Asked):
    do_HEAD = Asked.answer  # noqa: N815


@pytest.fixture
def server() -> Iterator[OddServer]:
    with OddServer(handler=Head) as odd:
        odd.script = lambda asked: asked.say(200)
        yield odd


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def online(**options: Any) -> Online:
    return Online(**{"trusted": HERE, "first_pause_s": 0.01, **options})


def look(url: str, **options: Any) -> Answer:
    return online(**options).look([url])[url]


def to(url: str, status: int = 302) -> Callable[[Asked], None]:
    return lambda asked: asked.say(status, location=url)


def by_path(**answers: Callable[[Asked], None]) -> Callable[[Asked], None]:
    return lambda asked: answers[asked.path.strip("/").split("/")[0] or "root"](asked)


def ok(asked: Asked) -> None:
    asked.say(200)


def gone(asked: Asked) -> None:
    asked.say(404)


def test_what_is_there_costs_one_head(server: OddServer) -> None:
    assert look(f"http://{server.host}/a#part") == GOOD
    assert [(method, path) for method, path, _ in server.seen] == [("HEAD", "/a")]


@pytest.mark.parametrize("status", [404, 410])
def test_gone_is_said_twice(server: OddServer, status: int) -> None:
    """HEAD alone does not condemn an address."""
    server.script = lambda asked: asked.say(status)
    assert look(f"http://{server.host}/a") == Answer(Kind.GONE, str(status))
    assert [method for method, _, _ in server.seen] == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500, 501])
def test_a_host_that_does_not_do_head_is_asked_with_get(server: OddServer, status: int) -> None:
    server.script = lambda asked: asked.say(200 if asked.command == "GET" else status)
    assert look(f"http://{server.host}/a") == GOOD


@pytest.mark.parametrize("status", [400, 401, 402, 403, 405, 406, 418, 451, 999])
def test_a_refusal_is_no_finding(server: OddServer, status: int) -> None:
    """Bots are refused where students are not."""
    server.script = lambda asked: asked.say(status)
    assert look(f"http://{server.host}/a") == Answer(Kind.NOT_LOOKED_AT, f"answered {status}")
    assert len(server.seen) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_tries_again(server: OddServer, status: int) -> None:
    server.plays(lambda a: a.say(status), lambda a: a.say(status), ok)
    assert look(f"http://{server.host}/a") == GOOD
    assert len(server.seen) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_gives_up_after_three_tries(server: OddServer, status: int) -> None:
    server.script = lambda asked: asked.say(status)
    assert look(f"http://{server.host}/a") == Answer(Kind.NOT_LOOKED_AT, f"answered {status}")
    assert len(server.seen) == 3


def test_a_pause_that_is_asked_for_is_made(server: OddServer) -> None:
    server.plays(lambda a: a.say(429, retry_after="1"), ok)
    started = time.monotonic()
    assert look(f"http://{server.host}/a") == GOOD
    assert time.monotonic() - started >= 1.0


def test_a_host_that_asks_for_a_long_pause_is_left_alone(server: OddServer) -> None:
    server.script = lambda asked: asked.say(429, retry_after="3600")
    checker = online(per_host=1)
    answers = checker.look(f"http://{server.host}/{n}" for n in range(20))
    assert {answer.kind for answer in answers.values()} == {Kind.NOT_LOOKED_AT}
    assert len(server.seen) == 1
    assert set(checker.not_looked_at.values()) == {"answered 429", "its host asked for a long pause"}


def test_moved_for_good(server: OddServer) -> None:
    """The new address is the one that the last permanent redirect names."""
    server.script = by_path(a=to("/b", 301), b=to("/c", 308), c=to("/today", 302), today=ok)
    assert look(f"http://{server.host}/a") == Answer(Kind.MOVED, address=f"http://{server.host}/c")


@pytest.mark.parametrize(
    ("path", "script"),
    [
        ("a", by_path(a=to("/b", 302), b=ok)),
        ("a", by_path(a=to("/b", 302), b=to("/c", 301), c=ok)),
        ("a", by_path(a=to("/b", 303), b=ok)),
        ("a", by_path(a=to("/b", 307), b=ok)),
        ("a", by_path(a=to("/sign-in?next=/a", 301), **{"sign-in?next=": ok})),
        ("a", lambda asked: asked.say(200) if asked.path == "/a/" else to("/a/", 301)(asked)),
        ("a", lambda asked: asked.say(200) if asked.path == "/en/a" else to("/en/a", 301)(asked)),
        ("A", lambda asked: asked.say(200) if asked.path == "/a" else to("/a", 301)(asked)),
    ],
    ids=["302", "302-301", "303", "307", "sign-in", "slash", "language", "case"],
)
def test_has_not_moved(server: OddServer, path: str, script: Callable[[Asked], None]) -> None:
    server.script = script
    assert look(f"http://{server.host}/{path}") == GOOD


@pytest.mark.parametrize("status", [301, 302])
def test_a_redirect_to_nothing_is_gone(server: OddServer, status: int) -> None:
    server.script = by_path(a=to("/b", status), b=gone)
    assert look(f"http://{server.host}/a").kind is Kind.GONE


def test_redirects_in_a_circle_end(server: OddServer) -> None:
    server.script = to("/a")
    assert look(f"http://{server.host}/a") == Answer(Kind.NOT_LOOKED_AT, "more than 8 redirects")
    assert len(server.seen) == 9


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "http://[", "javascript:a()"])
def test_a_redirect_to_what_is_no_web_address(server: OddServer, target: str) -> None:
    server.script = to(target, 301)
    assert look(f"http://{server.host}/a").kind is Kind.NOT_LOOKED_AT
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0", "2130706433", "0x7f.1"]
)
def test_this_machine_is_not_asked(server: OddServer, host: str) -> None:
    """Whatever the page calls it."""
    port = server.host.rpartition(":")[2]
    answer = look(f"http://{host}:{port}/a", trusted=())
    assert answer == Answer(Kind.NOT_LOOKED_AT, "it is, or leads to, a private address")
    assert not server.seen


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1"]
)
def test_private_networks_are_not_asked(address: str) -> None:
    assert "private" in look(f"http://{address}/latest/meta-data/", trusted=()).why


def test_a_redirect_to_a_private_address_is_not_followed(server: OddServer) -> None:
    with OddServer(handler=Head, address="127.0.0.2") as secret:
        server.script = to(f"http://{secret.host}/", 301)
        assert "private" in look(f"http://{server.host}/a", trusted=["127.0.0.1"]).why
        assert not secret.seen


def test_a_name_that_changes_its_address_meanwhile(
    server: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Public when it was asked for, this machine when it is connected to: nothing is sent."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))
        return [public] if len(asked) == 1 else real("127.0.0.1", port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    port = server.host.rpartition(":")[2]
    assert "private" in look(f"http://rebound.example:{port}/a", trusted=()).why
    assert asked == ["rebound.example", "rebound.example"]
    assert not server.seen


def test_credentials_are_not_sent(server: OddServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the page's nor those of this machine."""
    (tmp_path / ".netrc").write_text("default login alice password hidden\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert look(f"http://{server.host}/a") == GOOD
    assert "Authorization" not in server.seen[0][2]
    server.seen.clear()
    assert look(f"http://alice:hidden@{server.host}/b").kind is Kind.NOT_LOOKED_AT
    assert not server.seen


@pytest.mark.parametrize(
    "url", ["http://", "http:///a", "https://[::1", "http://a..b/", "http://a:99999/", "x"]
)
def test_what_is_no_address_is_not_looked_at(url: str) -> None:
    assert look(url).kind is Kind.NOT_LOOKED_AT


def test_a_name_that_nobody_knows_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert look("https://no.such.example/", trusted=()) == Answer(Kind.NOT_LOOKED_AT, "no such host")


def test_nobody_listening_is_no_finding() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert look(f"http://127.0.0.1:{port}/") == Answer(Kind.NOT_LOOKED_AT, "connection refused")


def test_a_host_that_never_answers(server: OddServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dripping headers do not outlast the limit of a request."""
    monkeypatch.setattr(visit, "REQUEST_S", 0.3)

    def dripping(asked: Asked) -> None:
        asked.wfile.write(b"HTTP/1.1 200 OK\r\n")
        asked.drip(b"X: y\r\n", 0.05)

    server.script = dripping
    started = time.monotonic()
    assert look(f"http://{server.host}/a") == Answer(Kind.NOT_LOOKED_AT, "timed out")
    assert time.monotonic() - started < 20


def test_no_body_is_read(server: OddServer) -> None:
    """A page without an end is there all the same."""

    def endless(asked: Asked) -> None:
        if asked.command == "HEAD":
            asked.say(405)
        else:
            asked.send_response(200)
            asked.end_headers()
            asked.drip(bytes(1 << 16), 0.001)

    server.script = endless
    assert look(f"http://{server.host}/a") == GOOD


def test_all_together_have_a_limit(server: OddServer) -> None:

    def slow(asked: Asked) -> None:
        time.sleep(0.2)
        asked.say(200)

    server.script = slow
    checker = online(within_s=0.5)
    started = time.monotonic()
    checker.look(f"http://{server.host}/{n}" for n in range(200))
    assert time.monotonic() - started < 5
    assert set(checker.not_looked_at.values()) <= {"no time was left", "timed out"}
    assert len(checker.not_looked_at) > 150


def test_two_at_a_host_and_eight_in_all() -> None:
    most: dict[str, int] = {}
    now: dict[str, int] = {}
    lock = threading.Lock()

    def script(asked: Asked) -> None:
        host = asked.server.odd.address
        with lock:
            for key in (host, "all"):
                now[key] = now.get(key, 0) + 1
                most[key] = max(most.get(key, 0), now[key])
        time.sleep(0.02)
        with lock:
            for key in (host, "all"):
                now[key] -= 1
        asked.say(200)

    servers = [OddServer(handler=Head, address=address, script=script) for address in HERE]
    for server in servers:
        server.__enter__()
    try:
        answers = online().look(f"http://{server.host}/{n}" for n in range(12) for server in servers)
    finally:
        for server in servers:
            server.__exit__()
    assert set(answers.values()) == {GOOD}
    assert len(answers) == 72
    assert most.pop("all") == 8
    assert set(most.values()) == {2}


def test_each_address_is_asked_for_once(server: OddServer) -> None:
    """Parts of a page are one address, and a second rule costs nothing."""
    checker = online()
    checker.look([f"http://{server.host}/a#1", f"http://{server.host}/a#2", f"http://{server.host}/a"])
    assert checker.look([f"http://{server.host}/a#3"]) == {f"http://{server.host}/a#3": GOOD}
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("script", "held_s"), [(ok, 86_399), (gone, 3_599), (by_path(a=to("/b", 301), b=ok), 86_399)]
)
def test_answers_are_remembered_for_a_while(
    server: OddServer, tmp_path: Path, script: Callable[[Asked], None], held_s: int
) -> None:
    """A day for what is there, an hour for what is gone."""
    server.script = script
    url, cache = f"http://{server.host}/a", tmp_path / "new" / "links.json"
    first = look(url, cache=cache, now=lambda: 1e9)
    server.seen.clear()
    assert look(url, cache=cache, now=lambda: 1e9 + held_s) == first
    assert not server.seen
    assert look(url, cache=cache, now=lambda: 1e9 + held_s + 2) == first
    assert server.seen
    assert [each.name for each in cache.parent.iterdir()] == ["links.json"]


def test_what_could_not_be_looked_at_is_not_remembered(server: OddServer, tmp_path: Path) -> None:
    server.script = lambda asked: asked.say(403)
    url, cache = f"http://{server.host}/a", tmp_path / "links.json"
    assert look(url, cache=cache).kind is Kind.NOT_LOOKED_AT
    server.script = ok
    assert look(url, cache=cache) == GOOD


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"version": 2}', b'{"entries": {"a": 1}}', b"[" * 9999]
)
def test_a_broken_memory_is_an_empty_one(server: OddServer, tmp_path: Path, content: bytes) -> None:
    cache = tmp_path / "links.json"
    cache.write_bytes(content)
    url = f"http://{server.host}/a"
    assert look(url, cache=cache) == GOOD
    server.seen.clear()
    assert look(url, cache=cache) == GOOD
    assert not server.seen


def test_a_memory_that_cannot_be_written_does_no_harm(server: OddServer, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert look(f"http://{server.host}/a", cache=tmp_path / "file" / "links.json") == GOOD

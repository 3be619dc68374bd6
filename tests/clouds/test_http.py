from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest

from pytest_cloudlab.clouds.http import Http
from pytest_cloudlab.errors import TooMuch, Unreachable
from pytest_cloudlab.waiting import Deadline

from .odd_server import Asked, OddServer


@pytest.fixture
def http() -> Iterator[Http]:
    http = Http(plain=True, first_pause_s=0.05)
    yield http
    http.close()


def ask(http: Http, host: str, *, within_s: float = 2.0, max_bytes: int = 1000, **headers: str) -> bytes:
    answer = http.get(
        f"http://{host}/x", headers=headers, deadline=Deadline.after(within_s), max_bytes=max_bytes
    )
    assert answer.status == 200
    return answer.body


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_tries_again(http: Http, odd: OddServer, status: int) -> None:
    """A server that is overwhelmed at first is asked again."""
    odd.plays(lambda a: a.say(status), lambda a: a.say(status), lambda a: a.say(200, "there"))
    assert ask(http, odd.host) == b"there"
    assert len(odd.seen) == 3


def test_gives_up_at_the_deadline(http: Http, odd: OddServer) -> None:
    """The error says what was answered, how often and how long it was tried."""
    odd.script = lambda asked: asked.say(503)
    with pytest.raises(Unreachable, match=rf"no answer from {odd.host} \(503, \d tries in \d s\)"):
        ask(http, odd.host, within_s=0.7)


def test_retry_after_is_honoured(http: Http, odd: OddServer) -> None:
    """A server that asks for a second's pause gets it."""
    odd.plays(lambda a: a.say(429, retry_after="1"), lambda a: a.say(200, "there"))
    started = time.monotonic()
    assert ask(http, odd.host) == b"there"
    assert time.monotonic() - started >= 1.0


@pytest.mark.parametrize(
    "asked",
    ["3600", formatdate(time.time() + 3600, usegmt=True), "9" * 400],
    ids=["seconds", "date", "endless"],
)
def test_retry_after_beyond_the_deadline(http: Http, odd: OddServer, asked: str) -> None:
    """A pause that would outlast the deadline is not begun."""
    odd.script = lambda a: a.say(429, retry_after=asked)
    started = time.monotonic()
    with pytest.raises(Unreachable, match=r"\(429, 1 try in 0 s\)"):
        ask(http, odd.host, within_s=5)
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("asked", ["-1", "soon", "", "²"])
def test_retry_after_of_nonsense(http: Http, odd: OddServer, asked: str) -> None:
    """A pause that cannot be understood is our own."""
    odd.plays(
        lambda a: a.say(503, retry_after=asked.encode().decode("latin-1")), lambda a: a.say(200, "there")
    )
    assert ask(http, odd.host) == b"there"


def test_connection_refused(http: Http, closed_port: str) -> None:
    """A port nobody listens on is tried until the deadline, and named as refused."""
    with pytest.raises(Unreachable, match=r"\(connection refused, \d tries in 0 s\)"):
        ask(http, closed_port, within_s=0.3)


def test_unknown_host(http: Http) -> None:
    """A name that does not resolve is named as such."""
    with pytest.raises(Unreachable, match=r"no answer from cloudlab.invalid \(no such host"):
        ask(http, "cloudlab.invalid", within_s=0.1)


def _headers_only(asked: Asked) -> None:
    asked.send_response(200)
    asked.end_headers()


def _endless_header(asked: Asked) -> None:
    asked.wfile.write(b"HTTP/1.1 200 OK\r\n")
    asked.drip(b"X: y\r\n", 0.1)


def _drip(asked: Asked) -> None:
    _headers_only(asked)
    asked.drip(b".", 0.05)


def _drip_with_length(asked: Asked) -> None:
    asked.send_response(200)
    asked.send_header("Content-Length", "1000")
    asked.end_headers()
    asked.drip(b".", 0.05)


def _silence(asked: Asked) -> None:
    asked.drip(b"", 0.1)


@pytest.mark.parametrize("script", [_silence, _endless_header, _drip, _drip_with_length])
def test_slow_servers_end_with_the_deadline(http: Http, odd: OddServer, script: object) -> None:
    """Silence, headers that never end and a body in drips all end with the deadline."""
    odd.script = script  # type: ignore[assignment]
    started = time.monotonic()
    with pytest.raises(Unreachable, match=r"\((too slow|timed out), 1 try in"):
        ask(http, odd.host, within_s=0.4)
    assert time.monotonic() - started < 10


def test_slow_server_on_a_reused_connection(http: Http, odd: OddServer) -> None:
    """The deadline also holds on a connection that was opened under an earlier one."""
    odd.plays(lambda a: a.say(200, "quick"), _drip)
    assert ask(http, odd.host) == b"quick"
    with pytest.raises(Unreachable, match="too slow"):
        ask(http, odd.host, within_s=0.4)
    odd.plays(lambda a: a.say(200, "again"))
    assert ask(http, odd.host) == b"again"


def test_endless_body(http: Http, odd: OddServer) -> None:
    """A body without end is cut at the cap."""

    def script(asked: Asked) -> None:
        _headers_only(asked)
        asked.drip(b"x" * 10_000, 0)

    odd.script = script
    with pytest.raises(TooMuch, match="more than 1,000,000 bytes"):
        ask(http, odd.host, max_bytes=1_000_000)
    assert len(odd.seen) == 1


def test_body_cut_short(http: Http, odd: OddServer) -> None:
    """A body shorter than announced is asked for again, never taken for the whole."""

    def short(asked: Asked) -> None:
        asked.close_connection = True
        asked.say(200, "the", content_length="5")

    odd.plays(short, lambda a: a.say(200, "there"))
    assert ask(http, odd.host) == b"there"


def test_compressed_answer_nobody_asked_for(http: Http, odd: OddServer) -> None:
    """An encoded body is refused: it could unfold beyond every cap."""
    odd.script = lambda a: a.say(200, b"\x1f\x8b", content_encoding="gzip")
    with pytest.raises(Unreachable, match="an encoding nobody asked for"):
        ask(http, odd.host)
    assert odd.seen[0][2]["Accept-Encoding"] == "identity"


def test_redirect_keeps_credentials_at_home(http: Http, odd: OddServer, elsewhere: OddServer) -> None:
    """A redirect is followed; to another host, it takes no Authorization along."""
    odd.script = lambda a: a.say(307, location=f"http://{elsewhere.host}/y")
    elsewhere.script = lambda a: a.say(200, "there")
    assert ask(http, odd.host, Authorization="Bearer s3cret") == b"there"
    assert odd.seen[0][2]["Authorization"] == "Bearer s3cret"
    assert "Authorization" not in elsewhere.seen[0][2]


def test_redirect_there_and_back(http: Http, odd: OddServer, elsewhere: OddServer) -> None:
    """Once credentials were left behind, a redirect back does not fetch them again."""
    odd.plays(lambda a: a.say(307, location=f"http://{elsewhere.host}/y"), lambda a: a.say(200, "there"))
    elsewhere.script = lambda a: a.say(307, location=f"http://{odd.host}/z")
    assert ask(http, odd.host, authorization="Bearer s3cret") == b"there"
    assert "Authorization" not in odd.seen[1][2]


def test_redirect_on_the_same_host(http: Http, odd: OddServer) -> None:
    """A redirect within the host keeps its credentials."""
    odd.plays(lambda a: a.say(302, location="/y"), lambda a: a.say(200, "there"))
    assert ask(http, odd.host, Authorization="Bearer s3cret") == b"there"
    assert odd.paths == ["/x", "/y"]
    assert odd.seen[1][2]["Authorization"] == "Bearer s3cret"


def test_the_body_of_a_redirect_is_not_read(http: Http, odd: OddServer) -> None:
    """One that never ends holds nobody up."""

    def endless(asked: Asked) -> None:
        asked.send_response(302)
        asked.send_header("Location", "/y")
        asked.end_headers()
        asked.drip(b"x" * 1024, 0.01)

    odd.plays(endless, lambda asked: asked.say(200, "there"))
    assert ask(http, odd.host) == b"there"


def test_redirects_without_end(http: Http, odd: OddServer) -> None:
    """Redirects in a circle end."""
    odd.script = lambda a: a.say(302, location="/x")
    with pytest.raises(Unreachable, match="more than 5 redirects"):
        ask(http, odd.host)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://x/", "gopher://x/"])
def test_redirect_to_another_scheme(http: Http, odd: OddServer, target: str) -> None:
    """A redirect to anything but HTTP is not followed."""
    odd.script = lambda a: a.say(302, location=target)
    with pytest.raises(Unreachable, match="not https"):
        ask(http, odd.host)


def test_netrc_is_left_alone(
    http: Http, odd: OddServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passwords in the user's `.netrc` are not sent along."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password s3cret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    odd.script = lambda a: a.say(200, "there")
    ask(http, odd.host)
    assert "Authorization" not in odd.seen[0][2]


def test_cookies_are_not_kept(http: Http, odd: OddServer) -> None:
    """A cookie that was set is not sent back."""
    odd.script = lambda a: a.say(200, "there", set_cookie="a=b")
    ask(http, odd.host)
    ask(http, odd.host)
    assert "Cookie" not in odd.seen[1][2]


def test_proxy_that_refuses(http: Http, odd: OddServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that refuses the host is not asked twice."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://{odd.host}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    odd.script = lambda asked: asked.say(403)
    with pytest.raises(Unreachable, match=r"no answer from eu.gcr.io \(the proxy answered 403, 1 try in 0 s"):
        http.get("https://eu.gcr.io/v2/", deadline=Deadline.after(2), max_bytes=10)
    assert len(odd.seen) == 1

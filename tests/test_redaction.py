"""Secrets taken out of text, and control characters out of what is shown."""

from __future__ import annotations

import time

import pytest

from pytest_cloudlab import redaction
from pytest_cloudlab.redaction import plain, redact, register_secret

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAA\n-----END OPENSSH PRIVATE KEY-----"


@pytest.fixture(autouse=True)
def _nothing_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_registered", set())


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abcdefghijklmnop123", "abcdefghijklmnop123"),
        ("authorization: Basic b2F1dGgyOnNlY3JldA==", "b2F1dGgyOnNlY3JldA"),
        ("{'Authorization': 'Basic b2F1dGgyOnNlY3JldA=='}", "b2F1dGgyOnNlY3JldA"),
        ("sent Bearer abcdefghijklmnop123 to it", "abcdefghijklmnop123"),
        ("ya29.a0AfH6SMBx-y_z", "a0AfH6SMBx"),
        ("remote: ghp_0123456789abcdefABCDEF", "0123456789abcdef"),
        ("remote: glpat-0123456789abcdefAB-D", "0123456789abcdef"),
        ("gho_0123456789abcdefABCDEF", "0123456789abcdef"),
        ("github_pat_11ABCDEFG0123456789_xyz", "11ABCDEFG"),
        (f"key:\n{KEY}\nend", "b3BlbnNzaC1rZXk"),
        (f"cut off: {KEY[:60]}", "b3BlbnNz"),
        (repr(KEY), "b3BlbnNzaC1rZXk"),
        ("https://alice:hunter2@host/x", "hunter2"),
        ("https://:hunter2@host/x", "hunter2"),
        ("http://localhost:8080/lab?token=0123abc&x=1", "0123abc"),
        ("GET /?password=hunter2 HTTP/1.1", "hunter2"),
        ("access_token=abc123", "abc123"),
        ('{"access_token": "abc123", "expires_in": 3599}', "abc123"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhY2NvdW50cyJ9.c2lnbmF0dXJl", "c2lnbmF0dXJl"),
    ],
)
def test_well_known_secrets_are_taken_out(text: str, secret: str) -> None:
    """Tokens, keys and passwords are recognised by how they look or by what introduces them."""
    assert secret in text
    assert secret not in redact(text)
    assert redaction.MARK in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "the password is wrong",
        "basic authentication is refused",
        "ssh://alice@10.0.0.2:22",
        "http://localhost:8080/lab?x=1 answers",
        "eu.gcr.io/sdd2526/webapp-gif:rocket-cat-1.0@sha256:" + "0a" * 32,
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "the bearer token was refused",
        "12:30 alice@example.org",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    """Messages that merely talk about secrets, addresses and digests are left alone."""
    assert redact(text) == text


def test_what_surrounds_a_secret_stays() -> None:
    """A reader still sees which request it was."""
    assert redact("GET http://h/?token=abc&page=2") == f"GET http://h/?token={redaction.MARK}&page=2"


def test_registered_secrets_are_taken_out() -> None:
    """Also where they travel percent-encoded, and the longer one of two that overlap as a whole."""
    register_secret("swordfish")
    register_secret("swordfish/two three")
    assert redact("say swordfish/two three!") == f"say {redaction.MARK}!"
    assert redact("?q=swordfish%2Ftwo%20three") == f"?q={redaction.MARK}"


def test_a_very_short_secret_is_not_searched_for() -> None:
    """An empty or tiny value would turn every message into marks."""
    for value in ("", "  ", "a", "cat"):
        register_secret(value)
    assert redact("a cat sat") == "a cat sat"


@pytest.mark.parametrize(
    "unit",
    [
        "eyJ",
        "://",
        "bearer ",
        "-----BEGIN PRIVATE KEY-----",
        "token",
        '"token" : ',
        "Authorization: ",
        "a://b:",
    ],
)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    """Two megabytes of what almost matches are searched within seconds."""
    text = unit * (2_000_000 // len(unit))
    started = time.process_time()
    redact(text)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]never ended", "never ended"),
        ("\x1bcreset", "reset"),
        ("a\x00b\x08c\x7fd\x85e", "abcd e"),
        ("safe\u202etxt.exe\u2066x\u2069", "safetxt.exex"),
        ("one\ntwo\r\nthree\u2028four\tfive", "one two three four five"),
        ("half \ud800 and \uffff", "half \ufffd and"),
        ("عمر الخيام", "عمر الخيام"),
        ("👩‍💻 Zoë", "👩‍💻 Zoë"),
        ("[red]not markup[/red]", "[red]not markup[/red]"),
    ],
)
def test_plain_text_steers_no_terminal(text: str, shown: str) -> None:
    """Terminal sequences, controls and direction overrides go; every script's letters stay."""
    assert plain(text) == shown


def test_plain_keeps_lines_only_when_asked() -> None:
    """A name is one line; a message may have several."""
    assert plain("a\r\nb\n\tc", lines=True) == "a\nb\n    c"
    assert plain("a\r\nb") == "a b"


def test_plain_cuts() -> None:
    """After `limit` characters, with an ellipsis that counts."""
    assert plain("x" * 300, 10) == "x" * 9 + "…"
    assert plain("x" * 10, 10) == "x" * 10

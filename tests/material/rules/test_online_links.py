"""Links to other sites, looked up only when the network may be used."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from pytest_cloudlab.material.online.answer import Answer, Kind
from pytest_cloudlab.material.online.online import Online
from pytest_cloudlab.material.rules.online_links import gone_link, moved_link
from tests.clouds.odd_server import OddServer
from tests.material.online.test_online import Head
from tests.material.rules.told import site_of, told

TEXT = """\
[good](https://a.org/good) [gone](https://a.org/gone#part)
![x](https://a.org/gone) <https://a.org/moved>
<iframe src="https://a.org/dark"></iframe>
"""


class Known:
    """Has an answer for every address."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def look(self, urls: Iterable[str]) -> Mapping[str, Answer]:
        self.asked = list(urls)
        return {url: self._answer(url) for url in self.asked}

    def _answer(self, url: str) -> Answer:
        if "gone" in url:
            return Answer(Kind.GONE, "404")
        if "moved" in url:
            return Answer(Kind.MOVED, address="https://b.org/new")
        return Answer(Kind.NOT_LOOKED_AT, "timed out") if "dark" in url else Answer(Kind.GOOD)


def asked(text: str, rule: Any = gone_link) -> tuple[list[str], list[str]]:
    known = Known()
    course = replace(site_of({"docs/a.md": text}), online=cast(Online, known))
    return told(rule, course), known.asked


def test_what_is_gone_is_an_error_at_each_of_its_places() -> None:
    remedy = "Link to where it is now, or drop it."
    assert asked(TEXT)[0] == [
        f"docs/a.md:1:35 The link leads to nothing: its host answers 404. | {remedy}",
        f"docs/a.md:2:6 The picture leads to nothing: its host answers 404. | {remedy}",
    ]


def test_what_has_moved_is_a_warning_with_the_new_address() -> None:
    assert asked(TEXT, moved_link)[0] == [
        "docs/a.md:2:27 The link leads to what has moved for good, to https://b.org/new | Write https://b.org/new"
    ]


@pytest.mark.parametrize("rule", [gone_link, moved_link])
def test_nothing_is_looked_up_unasked(rule: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert told(rule, site_of({"docs/a.md": TEXT})) == []


@pytest.mark.parametrize(
    "target",
    [
        "b.md",
        "#part",
        "mailto:a@b.org",
        "ftp://a.org/gone",
        "//a.org/gone",
        "https://octo.github.io/course/gone/",
        "http://localhost:8888/gone",
        "http://127.0.0.1:8888/gone",
        "http://10.0.0.5/gone",
        "http://[::1]/gone",
        "http://machine/gone",
        "http://box.local/gone",
        "https://example.org/gone",
        "https://www.example.com/gone",
        "https://app.test/gone",
        "https://{name}.a.org/gone",
        "https://$NAME.a.org/gone",
        "https://a.org/<name>/gone",
        "https://a.org/.../gone",
        "https://[gone",
    ],
)
def test_an_address_that_is_nobodys_to_look_up(target: str) -> None:
    assert asked(f"[x](<{target}>)\n") == ([], [])


@pytest.mark.parametrize(
    "text", ["`https://a.org/gone`", "```\nhttps://a.org/gone\n```", "<!-- <https://a.org/gone> -->"]
)
def test_an_address_that_is_no_link(text: str) -> None:
    assert asked(f"{text}\n") == ([], [])


def test_a_real_host_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """From a page to a finding, over a connection; both rules cost one look."""
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1", *rest, **more))
    with OddServer(handler=Head) as server:
        server.script = lambda asked: asked.say(404 if asked.path == "/gone" else 200)
        base = f"http://course.school.org:{server.host.rpartition(':')[2]}"
        online = Online(trusted=["course.school.org"], first_pause_s=0.01)
        course = replace(site_of({"docs/a.md": f"[x]({base}/gone) [y]({base}/there)\n"}), online=online)
        assert [each.split()[0] for each in told(gone_link, course)] == ["docs/a.md:1:5"]
        count = len(server.seen)
        assert told(moved_link, course) == []
        assert len(server.seen) == count == 3

"""The page for the projector: what it tells whom, and that it is kept up to date in place."""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import http.server
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.model import Member, Team, Verdict
from pytest_cloudlab.reports.live import LivePage, Moment, Place
from pytest_cloudlab.reports.live import page as live_page
from pytest_cloudlab.standing import Card
from tests.reports.sample import HOSTILE, LAB, card, hostile, with_evidence


def place(one: Card) -> Place:
    return Place(one.team, one.member, {each.check.name: each for each in one.standings})


def moment(*cards: Card, **changes: Any) -> Moment:
    return Moment(
        LAB, LAB.title, [place(one) for one in cards], **{"words": "next round at 14:05", **changes}
    )


def member(id_: str, name: str, team: str = "rocket") -> Card:
    one = Member(id_, name)
    return card(one, team=Team(team, (one,)))


def told(folder: Path) -> dict[str, Any]:
    text = (folder / "board.js").read_text()
    found: dict[str, Any] = json.loads(text.removeprefix("cloudlabBoard(").removesuffix(");\n"))
    return found


def test_the_room_is_told_names_and_marks(tmp_path: Path) -> None:
    """Neither what was found nor points, evidence or email."""
    one = card(Member("alice", "Alice Martin", email="alice@example.org"))
    LivePage(tmp_path).show(moment(one))
    assert {file.name for file in tmp_path.iterdir()} == {"index.html", "board.js"}
    (alice,) = told(tmp_path)["members"]
    assert alice == {
        "id": "alice",
        "team": "rocket",
        "name": "Alice Martin",
        "marks": "ppfbbinipd",
        "at_work": False,
    }
    everything = "".join(file.read_text() for file in tmp_path.iterdir())
    for private in ("AUTHOR.txt says", "503", "alice@", "sha256:0a", '"points"'):
        assert private not in everything


def test_details_are_for_the_instructor(tmp_path: Path) -> None:
    """What was found, what to do, points, and evidence under the name of its hash; each once."""
    store = EvidenceStore(tmp_path / "store")
    page = LivePage(tmp_path / "page", store)
    page.show(moment(with_evidence(store)))
    assert told(tmp_path / "page")["members"][0]["points"] == "4 / 16"
    text = (tmp_path / "page" / "members" / "alice.js").read_text()
    assert "the image was built before you edited the file" in text
    names = {file.suffix for file in (tmp_path / "page" / "evidence").iterdir()}
    assert names == {".png", ".txt"}
    assert all(
        re.fullmatch(r"[0-9a-f]{64}", file.stem) for file in (tmp_path / "page" / "evidence").iterdir()
    )
    (tmp_path / "page" / "members" / "alice.js").unlink()
    page.show(moment(with_evidence(store), words="at work"))
    assert not (tmp_path / "page" / "members" / "alice.js").exists(), "it is written when it changes"
    with pytest.raises(UsageError, match="has members and evidence of a page with details"):
        LivePage(tmp_path / "page")


def test_it_is_written_when_something_changes_and_as_a_sign_of_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = LivePage(tmp_path)
    page.show(moment(card()))
    first = told(tmp_path)["at"]
    page.show(moment(card()))
    assert told(tmp_path)["at"] == first
    page.show(moment(card(), words="at work"))
    second = told(tmp_path)["at"]
    assert second > first
    monkeypatch.setattr(live_page, "HEARTBEAT_S", 0.0)
    page.show(moment(card(), words="at work"))
    assert told(tmp_path)["at"] > second


def test_nothing_of_the_page_is_from_elsewhere(tmp_path: Path) -> None:
    """Its policy allows the script and the style that it has, by their hashes, and the files beside it."""
    LivePage(tmp_path).show(moment(*map(hostile, HOSTILE)))
    html = (tmp_path / "index.html").read_text()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    (script,), (style,) = (
        re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL) for tag in ("script", "style")
    )
    for text in (script, style):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy
    assert not re.search(r'(src|href)="', html)
    assert "innerHTML" not in script
    assert "<script>alert" not in html
    assert len(html) < 60_000


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_data(tmp_path: Path, text: str) -> None:
    store = EvidenceStore(tmp_path / "store")
    LivePage(tmp_path / "page", store).show(moment(hostile(text)))
    for file in ("board.js", "members/mallory.js"):
        script = (tmp_path / "page" / file).read_bytes()
        assert not set(b"<>&\x1b\x00") & set(script)
        assert script.isascii()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=folder)
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def until(so: Callable[[], object], within_s: float = 30) -> None:
    ends = time.monotonic() + within_s
    while not so():
        assert time.monotonic() < ends, "not so in time"
        time.sleep(0.1)


@pytest.mark.browser
@pytest.mark.parametrize("way", ["file", "http"])
def test_the_page_is_kept_up_to_date_in_place(tmp_path: Path, way: str) -> None:
    """Opened from the disk or from a web server: filter, scroll position and an opened line stay while marks
    turn; what names say is not run; a page whose writer stopped says so, one that is over does not."""
    from pytest_cloudlab.browser import chromium

    store = EvidenceStore(tmp_path / "store")
    page = LivePage(tmp_path / "page", store)
    crowd = [member(f"m{at}", f"Student {at}", f"team-{at // 2}") for at in range(30)]
    evil = member("eve", "<img src=x onerror=\"document.title='run'\">", "comet")
    page.show(moment(with_evidence(store), evil, *crowd))
    with served(tmp_path / "page") as host, chromium(only=host) as driver:
        driver.get(
            f"http://{host}/index.html" if way == "http" else (tmp_path / "page" / "index.html").as_uri()
        )

        def ask(script: str) -> Any:
            return driver.execute_script(f"return {script}")

        row = "document.querySelector('tr.member')"
        assert ask(f"{row}.querySelector('.m.f').textContent") == "✗"
        assert ask("document.querySelectorAll('tr.member').length") == 32
        assert ask("document.images.length") == 0
        driver.execute_script(f"{row}.querySelector('button').click()")
        until(lambda: "built before you edited" in ask("document.querySelector('.detail').textContent"))
        until(lambda: ask("document.querySelector('.detail img').naturalWidth") == 640)
        driver.execute_script(
            "const box = document.getElementById('filter'); box.value = 'rocket';"
            "box.dispatchEvent(new Event('input')); scrollTo(0, 120)"
        )
        shown = "[...document.querySelectorAll('tr.member')].filter(one => one.offsetParent).length"
        assert ask(shown) == 1
        scrolled = ask("scrollY")

        better = with_evidence(store)
        fixed = replace(better.standings[2], verdict=Verdict.PASSED)
        better = replace(better, standings=(*better.standings[:2], fixed, *better.standings[3:]))
        page.show(moment(better, evil, *crowd, words="at work"))
        until(lambda: ask("document.getElementById('words').textContent") == "at work")
        assert ask(f"{row}.querySelectorAll('.m.p.just').length") == 1
        assert ask(f"{row}.querySelector('.m.f')") is None
        assert ask(shown) == 1
        assert ask("scrollY") == scrolled
        assert ask("document.querySelector('.detail') !== null")
        until(lambda: "built before you edited" not in ask("document.querySelector('.detail').textContent"))
        assert ask("document.getElementById('alarm').hidden")

        driver.execute_script("const now = Date.now; Date.now = () => now() + 200000")
        until(lambda: "No news for 3 min" in ask("document.getElementById('alarm').textContent"))
        page.show(moment(better, evil, *crowd, words="the session is over", over=True))
        until(lambda: ask("document.getElementById('alarm').hidden"))
        assert ask("document.title") == LAB.title
        driver.refresh()
        assert ask("document.getElementById('filter').value") == "rocket"
        assert ask(shown) == 1
        log: list[dict[str, Any]] = driver.get_log("browser")  # type: ignore[no-untyped-call]  # Selenium's
        blocked = [entry["message"] for entry in log if "Content Security" in entry["message"]]
        assert blocked == []

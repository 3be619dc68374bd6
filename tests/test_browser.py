"""Headless Chromium: it shows one machine's page, nothing else, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.browser import chromium
from pytest_cloudlab.errors import CouldNotLook
from tests.clouds.odd_server import Asked, OddServer
from tests.turn_holder import held_by_another

PAGE = """<title>{title}</title><h1 style="background: red">page</h1>
<img src="http://{other}/pixel.gif"><script>
fetch("http://{other}/told").catch(() => {{}}).finally(() => {{ document.title = "tried" }})
</script>"""


@pytest.fixture
def server() -> Iterator[OddServer]:
    with OddServer() as odd:
        odd.script = lambda asked: page(asked, f"elsewhere.example:{odd.host.partition(':')[2]}")
        yield odd


def page(asked: Asked, other: str) -> None:
    asked.say(200, PAGE.format(title="new", other=other), content_type="text/html")


def processes_of(folder: Path) -> list[str]:
    """Command lines of the living processes that were started with a profile in `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = process.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder) in line and process.parent.name != str(os.getpid()):
            found.append(line)
    return found


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go while a test runs: a short path, for Chromium puts a socket there."""
    with tempfile.TemporaryDirectory(prefix="cl-") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.mark.browser
def test_a_picture_of_a_page_and_nothing_left(
    server: OddServer, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PNG of the window's size, though the environment has a proxy that is dead; then neither a profile
    nor a process is left, even when the check breaks."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with contextlib.suppress(KeyError), chromium() as driver:
        assert processes_of(temporary)
        driver.get(f"http://{server.host}/")
        picture = driver.get_screenshot_as_png()
        raise KeyError
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert (width, height > 500) == (1000, True)
    assert processes_of(temporary) == []
    assert list(temporary.glob("cloudlab-browser-*")) == []


@pytest.mark.browser
def test_a_page_cannot_reach_another_host(server: OddServer) -> None:
    """Neither with a picture nor with a script: its names lead nowhere."""
    from selenium.webdriver.support.ui import WebDriverWait

    with chromium() as driver:
        driver.get(f"http://{server.host}/")
        WebDriverWait(driver, 15).until(lambda shown: shown.title == "tried")
    assert set(server.paths) <= {"/", "/favicon.ico"}


@pytest.mark.browser
def test_a_page_cannot_reach_another_address(server: OddServer) -> None:
    """An address needs no resolving; the machines of this network are out of reach all the same."""
    from selenium.webdriver.support.ui import WebDriverWait

    with OddServer() as elsewhere:
        port = elsewhere.host.partition(":")[2]
        server.script = lambda asked: page(asked, f"127.0.0.2:{port}")
        with chromium() as driver:
            driver.get(f"http://{server.host}/")
            WebDriverWait(driver, 15).until(lambda shown: shown.title == "tried")
        assert elsewhere.seen == []


@pytest.mark.browser
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_picture_reaches_its_own_address_only(server: OddServer, name: str) -> None:
    """What else listens on the machine that grades is none of a page's business."""
    from selenium.webdriver.support.ui import WebDriverWait

    with OddServer() as elsewhere:
        port = elsewhere.host.partition(":")[2]
        server.script = lambda asked: page(asked, f"{name}:{port}")
        with chromium(only=server.host) as driver:
            driver.get(f"http://{server.host}/")
            WebDriverWait(driver, 15).until(lambda shown: shown.title == "tried")
        assert elsewhere.seen == []
        with chromium() as driver:
            driver.get(f"http://{server.host}/")
            WebDriverWait(driver, 15).until(lambda shown: shown.title == "tried")
        assert elsewhere.seen, "the page does try"


@pytest.mark.browser
def test_an_address_on_the_network_can_be_the_one(server: OddServer) -> None:
    """A VM's public address is looked at like a tunnel's end; a page there reaches no other."""
    from selenium.webdriver.support.ui import WebDriverWait

    with OddServer(address="127.0.0.2") as public:
        public.script = lambda asked: page(asked, server.host)
        with chromium(only=public.host) as driver:
            driver.get(f"http://{public.host}/")
            WebDriverWait(driver, 15).until(lambda shown: shown.title == "tried")
        assert "/" in public.paths
        assert server.seen == []


@pytest.mark.browser
def test_a_page_may_be_let_reach_one_more(server: OddServer) -> None:
    """The one that was named, and still no other."""
    from selenium.webdriver.support.ui import WebDriverWait

    with OddServer() as named, OddServer() as other:
        asks = page_that_asks(named.host.replace("127.0.0.1", "localhost"), other.host)
        server.script = lambda asked: asked.say(200, asks, content_type="text/html")
        port = named.host.partition(":")[2]
        with chromium(only=server.host, also=("cdn.example", f"localhost:{port}")) as driver:
            driver.get(f"http://{server.host}/")
            WebDriverWait(driver, 15).until(lambda shown: shown.title == "tried")
        assert named.paths == ["/told"]
        assert other.seen == []


def page_that_asks(*hosts: str) -> str:
    asked = ", ".join(f'fetch("http://{host}/told", {{mode: "no-cors"}})' for host in hosts)
    return f'<script>Promise.allSettled([{asked}]).then(() => {{ document.title = "tried" }})</script>'


@pytest.mark.parametrize("there", [(), ("chromium",), ("chromedriver",)])
def test_a_machine_without_a_browser_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: tuple[str, ...]
) -> None:
    for name in there:
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CouldNotLook, match="no Chromium or no chromedriver") as caught, chromium():
        pass
    assert "apt-get install chromium chromium-driver" in caught.value.remedy


def test_a_browser_that_does_not_start_cannot_judge(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends with a reason in words, and without its profile."""
    for name in ("chromium", "chromedriver"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 3\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(CouldNotLook, match=r"Chromium did not start: Service .* exited"), chromium():
        pass
    assert list(temporary.glob("cloudlab-browser-*")) == []


def test_browsers_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is started while as many as the machine can bear are in use."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("pytest_cloudlab.browser.AT_ONCE", 1)
    monkeypatch.setattr("pytest_cloudlab.browser.FREE_S", 0.1)
    monkeypatch.setattr(shutil, "which", lambda name: f"/nowhere/{name}")
    with (
        held_by_another("browser"),
        pytest.raises(CouldNotLook, match="a browser is free"),
        chromium(),
    ):
        pass

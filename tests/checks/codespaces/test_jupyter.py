"""Jupyter's answers, as hostile as they come: with this machine as the codespace."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_cloudlab.checks.codespaces import test_130_ports as checks
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.targets import Target, open_target
from pytest_cloudlab.targets.codespace_ports import Port
from pytest_cloudlab.webpage import Page
from tests.clouds.odd_server import Asked, OddServer
from tests.jupyter_records import FOLDER, TOKEN, Leave, leaving

NAME = "fuzzy-waffle"
URL = f"https://{NAME}-8888.app.github.dev"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / FOLDER))
    monkeypatch.setenv("HOME", str(tmp_path))
    with open_target("local://") as target:
        yield target


@pytest.fixture
def leave(tmp_path: Path, here: Target) -> Leave:
    return leaving(tmp_path)


def jupyter(asked: Asked, *, shows: Callable[[str], Any] = lambda path: {}) -> None:
    """As the server behaves; `shows` what `api/contents/…` answers."""
    allowed = asked.headers.get("Authorization") == f"token {TOKEN}"
    if asked.path == "/api":
        asked.say(200, {"version": "2.14.1"})
    elif not allowed:
        asked.say(403, {"message": "Forbidden"})
    elif asked.path == "/api/status":
        asked.say(200, {"started": "2026-03-04T10:00:00Z"})
    else:
        asked.say(200, shows(asked.path))


@pytest.fixture
def server() -> Iterator[OddServer]:
    with OddServer(jupyter) as odd:
        yield odd


def lab(server: OddServer, visibility: str = "private") -> Any:
    wanted = SimpleNamespace(port=int(server.host.rpartition(":")[2]), visibility=visibility)
    return SimpleNamespace(parameters=SimpleNamespace(jupyter=wanted))


def asks_for_its_token(here: Target, server: OddServer) -> dict[str, Any]:
    measured: dict[str, Any] = {}
    checks.test_jupyter_asks_for_its_token(here, lab(server), lambda **values: measured.update(values))
    return measured


def leads_here(here: Target, server: OddServer) -> None:
    checks.test_port_leads_into_your_codespace(here, lab(server), lambda **values: None)


def mine(server: OddServer) -> int:
    port: int = lab(server).parameters.jupyter.port
    return port


def test_the_token_lets_in(here: Target, leave: Leave, server: OddServer) -> None:
    leave(port=mine(server))
    measured = asks_for_its_token(here, server)
    assert (measured["version"], measured["without_token"], measured["with_token"]) == ("2.14.1", 403, 200)
    assert TOKEN not in json.dumps(measured)
    assert not [path for path in server.paths if TOKEN in path]


@pytest.mark.parametrize(
    ("token", "said"),
    [("", "It has no token"), ("of-another-server", "HTTP 403, expected 200: another server than yours")],
)
def test_a_token_that_does_not_fit(
    here: Target, leave: Leave, server: OddServer, token: str, said: str
) -> None:
    """A password alone is none; and a record's may be of a server that is not there any more."""
    leave(port=mine(server), token=token)
    with pytest.raises(AssertionError, match=said):
        asks_for_its_token(here, server)


def test_a_jupyter_that_is_nobody_s(here: Target, leave: Leave, server: OddServer) -> None:
    """It answers as one does, and no process of the codespace has left a record for that port."""
    leave(port=1)
    with pytest.raises(NotFound, match="No Jupyter of yours"):
        asks_for_its_token(here, server)
    with pytest.raises(NotFound, match="No Jupyter of yours"):
        leads_here(here, server)


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"{}"), (200, b'{"version": 3}'), (500, b'{"version": "3.1"}'), (200, b"[" * 9999)],
)
def test_what_only_resembles_jupyter(
    here: Target, leave: Leave, server: OddServer, status: int, body: bytes
) -> None:
    leave(port=mine(server))
    server.script = lambda asked: asked.say(status, body)
    with pytest.raises(AssertionError, match="Something else than Jupyter"):
        asks_for_its_token(here, server)


def test_the_file_is_read_through_the_port(
    here: Target, leave: Leave, server: OddServer, tmp_path: Path
) -> None:
    """By its own bytes: a server that has a file of that name is not enough. Afterwards it is gone."""
    root = tmp_path / "it's a root; 100 %s"
    root.mkdir()
    leave(port=mine(server), root_dir=str(root))

    def content(path: str) -> dict[str, str]:
        return {"content": (root / path.split("/")[-1].split("?")[0]).read_text()}

    server.script = lambda asked: jupyter(asked, shows=content)
    leads_here(here, server)
    for shows in (lambda path: {"content": "of another machine"}, lambda path: {}, lambda path: "x"):
        server.script = lambda asked, shows=shows: jupyter(asked, shows=shows)
        with pytest.raises(AssertionError, match="reads otherwise"):
            leads_here(here, server)
    server.script = lambda asked: asked.say(404, {"message": "No such file"})
    with pytest.raises(AssertionError, match=r"cannot be read .* \(HTTP 404\)"):
        leads_here(here, server)
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("root", ["", "here", "/nowhere/at/all", "/dev/null", "/proc"])
def test_a_folder_that_takes_no_file(here: Target, leave: Leave, server: OddServer, root: str) -> None:
    """Nothing follows for the port."""
    leave(port=mine(server), root_dir=root)
    with pytest.raises(CouldNotLook, match=r"no file can be put|names no folder"):
        leads_here(here, server)


def is_as_agreed(
    here: Target,
    server: OddServer,
    monkeypatch: pytest.MonkeyPatch,
    found: Port | None,
    wanted: str,
    shown: bool,
) -> None:
    asked: list[str] = []

    def preview(url: str) -> Page:
        asked.append(url)
        return Page(url, 200, '{"version": "2.14.1"}' if shown else "<title>Sign in</title>")

    monkeypatch.setattr(checks, "codespace_ports", lambda name: (found,) if found else ())
    monkeypatch.setattr(checks, "_seen_by_a_stranger", preview)
    checks.test_port_is_as_private_as_agreed(here, NAME, lab(server, wanted), lambda **values: None)
    assert asked == [f"{URL}/api"]


@pytest.mark.parametrize(
    ("visibility", "wanted", "shown", "said"),
    [
        ("private", "private", False, ""),
        ("org", "org", False, ""),
        ("public", "public", True, ""),
        ("", "private", False, "does not forward"),
        ("public", "private", True, "is public, expected private"),
        ("private", "private", True, "is private, but https://.* shows it"),
        ("public", "public", False, "is public, but https://.* shows no Jupyter"),
    ],
)
def test_visibility(
    here: Target, leave: Leave, server: OddServer, monkeypatch: pytest.MonkeyPatch,
    visibility: str, wanted: str, shown: bool, said: str,
) -> None:  # fmt: skip
    """Both what GitHub says and what a stranger sees have to be as agreed."""
    leave(port=mine(server))
    found = Port(mine(server), visibility, "", URL) if visibility else None
    if said:
        with pytest.raises((AssertionError, NotFound), match=said):
            is_as_agreed(here, server, monkeypatch, found, wanted, shown)
    else:
        is_as_agreed(here, server, monkeypatch, found, wanted, shown)


def test_an_address_that_is_not_https_is_not_asked() -> None:
    with pytest.raises(CouldNotLook, match="https"):
        checks._seen_by_a_stranger("http://localhost:1/")

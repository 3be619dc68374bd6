"""Jupyter's records, as hostile as they come: with this machine as the one that has them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.jupyter import RECORDS, running
from pytest_cloudlab.redaction import redact
from pytest_cloudlab.targets import Target, open_target
from tests.jupyter_records import FOLDER, TOKEN, Leave, leaving


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / FOLDER))
    monkeypatch.setenv("HOME", str(tmp_path))
    with open_target("local://") as target:
        yield target


@pytest.fixture
def leave(tmp_path: Path, here: Target) -> Leave:
    return leaving(tmp_path)


def test_a_record_is_read(here: Target, leave: Leave, tmp_path: Path) -> None:
    """Nothing that prints what was read shows the token."""
    assert running(here) == []
    leave(base_url="/user/zo%C3%AB@x/")
    (found,) = running(here)
    assert (found.port, found.base_url, found.root_dir) == (8888, "/user/zo%C3%AB@x/", str(tmp_path))
    assert dict.__repr__(found.headers) == f"{{'Authorization': 'token {TOKEN}'}}"
    assert TOKEN not in f"{found!r} {found.headers}"
    assert redact(f"it is {TOKEN}") == "it is [redacted]"


def test_a_notebook_server_of_old_has_one_too(here: Target, leave: Leave, tmp_path: Path) -> None:
    record = {"port": 8888, "token": "", "notebook_dir": str(tmp_path)}
    leave(name=f"nbserver-{os.getpid()}.json", raw=json.dumps(record).encode())
    (found,) = running(here)
    assert (found.root_dir, found.has_token) == (str(tmp_path), False)


def test_dead_servers_count_for_nothing(here: Target, leave: Leave) -> None:
    """However many there were; and of two that live, the newer is the first."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    leave(name=f"jpserver-{ended.pid}.json")
    for number in range(3 * RECORDS):
        leave(name=f"jpserver-{4_194_304 + number}.json")
    leave(name="jpserver-.json"), leave(name="jpserver-1;id.json"), leave(name="jpserver-x-open.html")
    assert running(here) == []
    older = leave(name=f"jpserver-{os.getppid()}.json", port=8889)
    os.utime(older, (1, 1))
    leave()
    assert [one.port for one in running(here)] == [8888, 8889]


@pytest.mark.parametrize(
    "changes",
    [
        {"raw": b"\0\xff\0"},
        {"raw": b"[" * 10_000},
        {"raw": b'{"port": 8888, "x": "' + b"x" * 20_000 + b'"}'},
        {"port": "8888"},
        {"port": 10**30},
        {"token": "a\r\nHost: evil.test"},
        {"token": "ü"},
        {"token": "x" * 5000},
        {"base_url": "//evil.test/"},
        {"base_url": "/?a="},
        {"base_url": "@evil.test/"},
        {"root_dir": ["/"]},
    ],
    ids=str,
)
def test_what_is_no_record(here: Target, leave: Leave, changes: dict[str, Any]) -> None:
    leave(**changes)
    assert running(here) == []

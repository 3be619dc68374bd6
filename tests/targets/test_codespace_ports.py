"""The ports that GitHub forwards, as stand-ins for gh tell of them."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_cloudlab.errors import CouldNotLook, TimedOut, TooMuch
from pytest_cloudlab.targets import Lost, codespace_ports
from pytest_cloudlab.targets.codespace_ports import Port
from pytest_cloudlab.targets.codespace_ports import codespace_ports as ports

NAME = "fuzzy-waffle"
URL = f"https://{NAME}-8888.app.github.dev"
Says = Callable[[str], Path]


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Says:
    """Makes a gh of one line of shell; returns the file that its words are in afterwards."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def make(line: str) -> Path:
        asked = tmp_path / "asked"
        program = tmp_path / "gh"
        program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {shlex.quote(str(asked))}\n{line}\n")
        program.chmod(0o755)
        return asked

    return make


def test_ports_are_told(says: Says) -> None:
    """Whatever else gh may come to say of each; a port without a label has none."""
    told = [
        {"sourcePort": 8888, "visibility": "private", "label": "", "browseUrl": URL, "protocol": "http"},
        {"sourcePort": 3000, "visibility": "org"},
    ]
    asked = says(f"echo {shlex.quote(json.dumps(told))}")
    assert ports(NAME) == (Port(8888, "private", "", URL), Port(3000, "org"))
    fields = "sourcePort,visibility,label,browseUrl"
    assert asked.read_text().split() == ["codespace", "ports", "--codespace", NAME, "--json", fields]


@pytest.mark.parametrize("said", ["[]", "null", ""])
def test_no_port_is_forwarded(says: Says, said: str) -> None:
    says(f"echo {said}")
    assert ports(NAME) == ()


@pytest.mark.parametrize(
    "said", ["Nothing to see", '{"a": 1}', '[{"sourcePort": "8888", "visibility": "private"}]', "[" * 9000]
)
def test_what_is_no_list_of_ports(says: Says, said: str) -> None:
    """It tells nothing about the codespace."""
    says(f"echo {shlex.quote(said)}")
    with pytest.raises(CouldNotLook, match="nobody knows"):
        ports(NAME)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("HTTP 401: Bad credentials (https://api.github.com/user)", "auth"),
        ("To get started with GitHub CLI, please run:  gh auth login", "auth"),
        ("HTTP 403: Must have admin rights to Repository.", "auth"),
        ("error getting codespace: HTTP 404: Not Found", "gone"),
        ("unknown flag: --json", "tools"),
        ("HTTP 502: Server Error", "lost"),
        ("something nobody has foreseen", "lost"),
    ],
)
def test_reasons(says: Says, said: str, reason: str) -> None:
    """As those for entering a codespace."""
    says(f"echo {shlex.quote(said)} >&2; exit 1")
    with pytest.raises(Lost) as caught:
        ports(NAME)
    assert caught.value.reason == reason
    assert NAME in caught.value.message or caught.value.remedy


def test_no_gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for tool in ("sh", "cat", "mkdir", "mkfifo", "rm", "timeout", "sleep", "base64", "date", "kill"):
        found = next((f for d in ("/bin", "/usr/bin") if (f := Path(d, tool)).exists()), None)
        if found:
            (tmp_path / tool).symlink_to(found)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Lost, match="no gh") as caught:
        ports(NAME)
    assert caught.value.reason == "tools"


def test_limits(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a gh that hangs nor one that never ends keeps a check."""
    monkeypatch.setattr(codespace_ports, "ASK_S", 0.5)
    says("sleep 60")
    with pytest.raises(TimedOut):
        ports(NAME)
    monkeypatch.setattr(codespace_ports, "ASK_S", 30)
    says("yes")
    with pytest.raises(TooMuch):
        ports(NAME)


@pytest.mark.parametrize("name", ["", "-c", "a b", "$(id)", "x" * 200])
def test_what_is_no_name(says: Says, name: str) -> None:
    """gh is not asked for what a codespace only claims to be called."""
    asked = says("echo []")
    with pytest.raises(Lost, match="no codespace's name"):
        ports(name)
    assert not asked.exists()

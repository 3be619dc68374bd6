"""Two ways to one VS Code server, told from two servers that have the same password."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pytest_cloudlab.checks.workspace import test_110_vscode as checks
from pytest_cloudlab.checks.workspace.workspace import workspace
from pytest_cloudlab.clouds.answer import Answer
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.webpage import Page
from tests.checks.workspace.stubs import Machine, Measured, alice

EDITOR = '<meta id="vscode-workbench-web-configuration" data-settings="{}">'


def judge(
    monkeypatch: pytest.MonkeyPatch, at_address: list[int], at_port: int, *, body: str = "Found."
) -> None:
    """With what each tells of its heartbeat; `body` is what a stranger gets at the port."""
    beats = itertools.chain(at_address, itertools.repeat(at_address[-1]))

    class Door:
        def get(self, path: str, **_: Any) -> Answer:
            health = f'{{"lastHeartbeat":{next(beats)}}}' if path == "/healthz" else ""
            return Answer(200, {}, health.encode(), "alice.example")

    class Port:
        def get(self, path: str) -> Page:
            return Page(path, 200, f'{{"lastHeartbeat":{at_port}}}' if path == "/healthz" else body)

    @contextmanager
    def opened(one: Any) -> Iterator[Any]:
        yield one

    where = "pytest_cloudlab.checks.workspace.doors"
    monkeypatch.setattr(f"{where}.address", lambda _: opened(Door()))
    monkeypatch.setattr(f"{where}.port", lambda *_: opened(Port()))
    checks.test_both_ways_lead_to_your_vscode(workspace(alice(), "vscode"), Machine(), Measured())


@pytest.mark.parametrize("at_address", [[1000], [1000, 61000], [940, 1000]])
def test_one_server_has_one_heartbeat(monkeypatch: pytest.MonkeyPatch, at_address: list[int]) -> None:
    """It may beat again while it is asked."""
    judge(monkeypatch, at_address, 1000)


@pytest.mark.parametrize("at_port", [0, 1001])
def test_two_servers_have_two(monkeypatch: pytest.MonkeyPatch, at_port: int) -> None:
    with pytest.raises(AssertionError, match="is not the one behind"):
        judge(monkeypatch, [1000], at_port)


def test_a_server_that_tells_of_none_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CouldNotLook, match="does not tell"):
        judge(monkeypatch, [0], 1000)


def test_a_port_that_asks_for_no_password_is_another_server_s(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError, match="without a password"):
        judge(monkeypatch, [1000], 1000, body=EDITOR)

"""Where JupyterLab's notebooks are: anywhere on the volume will do, and what it shows of that is seen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from pytest_cloudlab.checks.workspace import test_210_jupyterlab as checks
from pytest_cloudlab.checks.workspace.workspace import workspace
from pytest_cloudlab.clouds.answer import Answer
from pytest_cloudlab.clouds.kubernetes import Mount
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Result
from tests.checks.workspace.stubs import Cluster, Machine, Measured, alice, container, pod, said

LOG = "http://pod:8888/lab?token={}\nServing notebooks from local directory: {}\n"


class Serves(Cluster):
    """Has a JupyterLab that serves `folder`."""

    def __init__(self, folder: str) -> None:
        mount = Mount("/sdd-pvc", "data", "sdd-pvc")
        super().__init__(pod("alice-jupyterlab-0-0", container(mounts=(mount,))))
        self._folder = folder

    def logs(self, namespace: str, pod: str, *, container: str = "", max_bytes: int = 0) -> str:
        return LOG.format("f" * 48, self._folder)


class Inside(Machine):
    """Its pod: without links, and with a file as soon as one is written."""

    def __init__(self, *, closed: str = "-") -> None:
        super().__init__()
        self.files: dict[str, str] = {}
        self._closed = closed

    def run(self, command: str, *args: str, **_: Any) -> Result:
        self.asked.append(command)
        if command.startswith("readlink"):
            return said(args[0])
        if "printf" in command:
            self.files[args[1]] = args[0]
            return said("", int(args[1].startswith(self._closed)))
        return said()


def judge(monkeypatch: pytest.MonkeyPatch, served: str, inside: Inside, *, shown: str = "") -> None:
    class Door:
        def get(self, path: str, headers: Mapping[str, str], *, may_miss: bool) -> Answer:
            name = unquote(urlsplit(path).path).removeprefix("/api/contents/")
            content = inside.files.get(f"{(shown or served).rstrip('/')}/{name}")
            body = json.dumps({"content": content}).encode()
            return Answer(200 if content else 404, {}, body, "jupyter.example")

    @contextmanager
    def address(_: object) -> Iterator[Door]:
        yield Door()

    monkeypatch.setattr("pytest_cloudlab.checks.workspace.doors.address", address)
    one = alice()
    checks.test_jupyterlab_shows_the_volume(
        Serves(served), workspace(one, "jupyterlab"), inside, one, Measured()
    )


@pytest.mark.parametrize(
    "served",
    ["/sdd-pvc", "/sdd-pvc/workspaces/alice", "/sdd-pvc/data sets", "/sdd-pvc/workspaces/alice/work"],
)
def test_any_folder_on_the_volume_will_do(monkeypatch: pytest.MonkeyPatch, served: str) -> None:
    """What is put there is taken away again."""
    inside = Inside()
    judge(monkeypatch, served, inside)
    assert inside.asked[-1].startswith("rm -f")


def test_the_volume_s_own_folder_need_not_be_open_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """One's own folder below it is."""
    judge(monkeypatch, "/sdd-pvc", Inside(closed="/sdd-pvc/cloudlab"))
    with pytest.raises(CouldNotLook, match="no file can be put"):
        judge(monkeypatch, "/sdd-pvc/closed", Inside(closed="/sdd-pvc/closed"))


@pytest.mark.parametrize("served", ["/home/jovyan", "/sdd-pvc-2", "/"])
def test_a_folder_elsewhere_is_told(monkeypatch: pytest.MonkeyPatch, served: str) -> None:
    with pytest.raises(AssertionError, match="which is not on the volume"):
        judge(monkeypatch, served, Inside())


def test_a_server_that_shows_another_folder_than_its_log_says_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(AssertionError, match="not to be seen"):
        judge(monkeypatch, "/sdd-pvc", Inside(), shown="/elsewhere")

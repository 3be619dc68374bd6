"""What Artifact Registry and Resource Manager know outlives the twin's process."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.artifacts.operations import NOTHING, Operations
from pytest_cloudlab.twin.artifacts.place import Place
from pytest_cloudlab.twin.artifacts.repositories import Repositories
from pytest_cloudlab.twin.registry_store import RegistryStore
from pytest_cloudlab.twin.rpc_error import RpcError
from pytest_cloudlab.twin.saved import Saved
from pytest_cloudlab.twin.state import Files, TwinInfo

from .pusher import Pusher

WEB = Place("sdd", "europe-west1", "web")


def repositories(folder: Path) -> Repositories:
    return Repositories("sdd", RegistryStore(folder / "registry"), Saved(folder / "saved"))


def test_repositories_are_read_by_the_next(tmp_path: Path) -> None:
    """Created, changed and deleted ones as they were left."""
    before = repositories(tmp_path)
    before.create(WEB, {"format": "DOCKER"})
    before.patch(WEB, {"description": "Team"}, "description")
    before.create(Place("sdd", "europe", "gone"), {"format": "DOCKER"})
    before.delete(Place("sdd", "europe", "gone"))
    after = repositories(tmp_path)
    assert after.get(WEB) == before.get(WEB)
    assert after.get(WEB)["description"] == "Team"
    assert after.all("europe") == []


def test_operations_are_found_by_the_next(tmp_path: Path) -> None:
    """A client that waits for one goes on waiting over a restart; very old ones are forgotten."""
    operations = Operations(Saved(tmp_path))
    begun = [operations.finished(WEB.parent, NOTHING)["name"] for _ in range(201)]
    assert Operations(Saved(tmp_path)).get(begun[-1])["done"]
    with pytest.raises(RpcError):
        operations.get(begun[0])


@pytest.mark.docker
def test_images_and_policy_outlive_the_process(
    twin: TwinInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed and taken up again: the repository is there, the image can be pulled, the editor is one."""
    own = control.up(tmp_path / "own", project="project-own")
    try:
        digest = _with(own, monkeypatch, _fill)
        os.kill(own.pid, signal.SIGKILL)
        until = time.monotonic() + 10
        while own.alive and time.monotonic() < until:
            time.sleep(0.02)
        assert _with(control.up(own.state), monkeypatch, _look) == digest
    finally:
        control.down(own.state)


POLICY = "https://cloudresourcemanager.googleapis.com/v1/projects/project-own"
EDITOR = {"role": "roles/editor", "members": ["user:alice@example.com"]}


def _with(own: TwinInfo, monkeypatch: pytest.MonkeyPatch, do: Callable[[Pusher], str]) -> str:
    for name, value in own.environment().items():
        monkeypatch.setenv(name, value)
    token = Files(own.state).token.read_text()
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        return do(Pusher(session, token))


def _fill(pusher: Pusher) -> str:
    found = pusher.session.post(f"{POLICY}:getIamPolicy", timeout=30).json()
    changed = {"policy": {**found, "bindings": [*found["bindings"], EDITOR]}}
    assert pusher.session.post(f"{POLICY}:setIamPolicy", json=changed, timeout=30).ok
    return pusher.push("https://eu.gcr.io", "project-own/app", "1.0")


def _look(pusher: Pusher) -> str:
    found = pusher.session.post(f"{POLICY}:getIamPolicy", timeout=30).json()
    assert EDITOR in found["bindings"]
    pulled = pusher.get("https://eu.gcr.io/v2/project-own/app/manifests/1.0")
    return pulled.headers["Docker-Content-Digest"]

"""The twin's Harbor as its clients meet it."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
import requests

from pytest_cloudlab.clouds.registry import Registry
from pytest_cloudlab.errors import Forbidden, NotFound
from pytest_cloudlab.twin.state import Files, TwinInfo

from .pusher import Pusher

pytestmark = pytest.mark.docker

HOST = "registry.aisingapore.net"
URL = f"https://{HOST}"
TIMEOUT_S = 30


class Robot:
    def __init__(self, twin: TwinInfo, actions: tuple[str, ...] = ("pull", "push")) -> None:
        self.project = f"team-{secrets.token_hex(4)}"
        admin = ("admin", Files(twin.state).token.read_text())
        made = self._post("projects", {"project_name": self.project}, admin)
        assert made.status_code == 201
        access = [{"resource": "repository", "action": action} for action in actions]
        permission = {"kind": "project", "namespace": self.project, "access": access}
        told = self._post("robots", {"name": "ci", "permissions": [permission]}, admin).json()
        self.name, self.secret = told["name"], told["secret"]
        self.pusher = Pusher(requests.Session(), "")
        self.pusher.session.auth = (self.name, self.secret)

    def _post(self, path: str, body: object, auth: tuple[str, str]) -> requests.Response:
        return requests.post(f"{URL}/api/v2.0/{path}", json=body, auth=auth, timeout=TIMEOUT_S)

    def registry(self) -> Registry:
        return Registry(HOST, lambda: self.secret, user=self.name)


@pytest.fixture
def robot(through_twin: TwinInfo) -> Robot:
    return Robot(through_twin)


def test_a_robot_pushes_below_its_project(robot: Robot) -> None:
    """And the client of the checks reads it by the token service."""
    digest = robot.pusher.push(URL, f"{robot.project}/tool", "0.1.0")
    assert robot.name == f"robot${robot.project}+ci"
    registry = robot.registry()
    assert registry.tags(f"{robot.project}/tool") == ["0.1.0"]
    assert registry.manifest(f"{robot.project}/tool", "0.1.0").digest == digest
    with pytest.raises(NotFound):
        registry.tags(f"{robot.project}/nothing")


def test_nobody_else_sees_it(robot: Robot, through_twin: TwinInfo) -> None:
    robot.pusher.push(URL, f"{robot.project}/tool", "0.1.0")
    wrong = Registry(HOST, lambda: "wrong", user=robot.name)
    for registry in (Registry(HOST, None), wrong, Robot(through_twin).registry()):
        with pytest.raises(Forbidden):
            registry.tags(f"{robot.project}/tool")


def test_a_robot_does_what_it_may(through_twin: TwinInfo) -> None:
    """One that may only pull cannot push, and none can delete unless told."""
    reader, writer = Robot(through_twin, ("pull",)), Robot(through_twin)
    upload = f"{URL}/v2/{reader.project}/tool/blobs/uploads/"
    assert reader.pusher.session.post(upload, timeout=TIMEOUT_S).status_code == 401
    digest = writer.pusher.push(URL, f"{writer.project}/tool", "1")
    manifest = f"{URL}/v2/{writer.project}/tool/manifests/{digest}"
    assert writer.pusher.session.delete(manifest, timeout=TIMEOUT_S).status_code == 401


def test_who_is_not_signed_in_is_told_where_to(through_twin: TwinInfo) -> None:
    answer = requests.get(f"{URL}/v2/", timeout=TIMEOUT_S)
    assert answer.status_code == 401
    realm = f'Bearer realm="{URL}/service/token",service="harbor-registry"'
    assert answer.headers["WWW-Authenticate"] == realm
    assert requests.get(f"{URL}/service/token", auth=("admin", "wrong"), timeout=TIMEOUT_S).status_code == 401


@pytest.mark.parametrize("path", ["projects", "robots"])
def test_only_the_administrator_makes_accounts(robot: Robot, path: str) -> None:
    answer = robot.pusher.session.post(f"{URL}/api/v2.0/{path}", json={}, timeout=TIMEOUT_S)
    assert answer.status_code == 401


def test_no_secret_is_kept_as_it_is(robot: Robot, through_twin: TwinInfo) -> None:
    kept = Path(Files(through_twin.state).saved, "harbor.json").read_text()
    assert robot.name in kept
    assert robot.secret not in kept

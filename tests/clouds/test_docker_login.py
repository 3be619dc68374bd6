"""Whom docker is signed in as."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from pytest_cloudlab.clouds.docker_login import docker_login
from pytest_cloudlab.errors import Forbidden
from pytest_cloudlab.redaction import redact

HOST = "registry.example"
USER, SECRET = "robot$team+ci", "a-secret-with:colons"
AUTH = base64.b64encode(f"{USER}:{SECRET}".encode()).decode()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path / "config.json"


def test_the_file_tells_it(config: Path) -> None:
    """The password may hold a colon, and is a secret from then on."""
    config.write_text(json.dumps({"auths": {HOST: {"auth": AUTH}}}))
    assert docker_login(HOST) == (USER, SECRET)
    assert SECRET not in redact(f"it said {SECRET}")


@pytest.mark.parametrize("key", ["credsStore", "credHelpers"])
def test_a_helper_tells_it(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """Asked for that host on its stdin."""
    helper = tmp_path / "docker-credential-test"
    told = json.dumps({"Username": USER, "Secret": SECRET})
    helper.write_text(f"#!/bin/sh\n[ \"$1 $(cat)\" = 'get {HOST}' ] && echo '{told}'\n")
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    config.write_text(json.dumps({key: "test" if key == "credsStore" else {HOST: "test"}}))
    assert docker_login(HOST) == (USER, SECRET)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "{",
        "[]",
        "{}",
        '{"auths": []}',
        '{"auths": {"registry.example": {}}}',
        '{"auths": {"registry.example": {"auth": "%"}}}',
        '{"auths": {"other.example": {"auth": "YTpi"}}}',
        '{"credsStore": "../evil"}',
        '{"credsStore": "not-installed"}',
    ],
)
def test_who_is_not_signed_in_is_told_how(config: Path, text: str | None) -> None:
    if text is not None:
        config.write_text(text)
    with pytest.raises(Forbidden):
        docker_login(HOST)

"""Why a container could not be looked into, told apart."""

from __future__ import annotations

import subprocess

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.targets import Lost
from pytest_cloudlab.targets.docker import docker
from tests.paused import paused
from tests.targets.conftest import without_engine


def reason(name: str) -> str:
    with docker(name) as target, pytest.raises(Lost) as caught:
        target.run("true")
    assert caught.value.remedy
    return caught.value.reason


@pytest.mark.docker
def test_no_such_container() -> None:
    """A name that no container has: `gone`."""
    if missing := without_engine():
        pytest.skip(missing)
    assert reason("cloudlab-test-none") == "gone"


@pytest.mark.docker
def test_a_stopped_container(fresh_container: str) -> None:
    """Paused and stopped ones: `stopped`."""
    with paused(fresh_container):
        assert reason(fresh_container) == "stopped"
    subprocess.run(["docker", "update", "--restart=no", fresh_container], check=True, capture_output=True)
    subprocess.run(["docker", "kill", fresh_container], check=True, capture_output=True)
    assert reason(fresh_container) in ("stopped", "gone")


def test_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that does not answer: `engine`."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///no/such/socket")
    assert reason("web") in ("engine", "tools")


def test_no_docker_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Docker's command: `tools`."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert reason("web") == "tools"


@pytest.mark.parametrize("name", ["-it", "a b", "", "a;b"])
def test_a_name_cannot_be_an_option(name: str) -> None:
    """What is no container's name never reaches the command line."""
    with pytest.raises(UsageError):
        docker(name)

"""The machines that the conformance suite runs on."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_cloudlab.targets.docker import docker
from pytest_cloudlab.targets.local import local
from pytest_cloudlab.targets.target import Target
from tests.targets import sshd

IMAGE = "cloudlab/debian:bookworm"
KINDS = [
    "local",
    "ssh",
    pytest.param("docker", marks=pytest.mark.docker),
    pytest.param("docker-through-ssh", marks=pytest.mark.docker),
]


def without_engine() -> str:
    """Why no container can be started here, or nothing."""
    try:
        asked = subprocess.run(
            ["docker", "image", "inspect", IMAGE], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"needs a Docker engine: {error}"
    if asked.returncode == 0:
        return ""
    return f"needs the image {IMAGE} and an engine: {asked.stderr.strip()}"


@contextmanager
def running_container(name: str) -> Iterator[str]:
    if reason := without_engine():
        pytest.skip(reason)
    run = [
        "docker",
        "run",
        "-d",
        "--rm",
        "--init",
        "--name",
        name,
        IMAGE,
        "timeout",
        "600",
        "sleep",
        "infinity",
    ]
    subprocess.run(run, check=True, capture_output=True)
    try:
        yield name
    finally:
        subprocess.run(["docker", "rm", "-f", name], capture_output=True)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sshd.Server]:
    if reason := sshd.missing():
        pytest.skip(reason)
    made = sshd.start(tmp_path_factory.mktemp("sshd"))
    yield made
    made.stop()


@pytest.fixture(scope="session")
def container() -> Iterator[str]:
    with running_container(f"cloudlab-test-{uuid.uuid4().hex[:10]}") as name:
        yield name


@pytest.fixture
def fresh_container() -> Iterator[str]:
    """One that a test may kill."""
    with running_container(f"cloudlab-test-{uuid.uuid4().hex[:10]}") as name:
        yield name


def make_target(kind: str, request: pytest.FixtureRequest, container: str = "container") -> Target:
    if kind == "local":
        return local()
    if kind == "docker":
        return docker(request.getfixturevalue(container))
    reached: Target = request.getfixturevalue("server").target()
    if kind == "ssh":
        return reached
    return reached.container(request.getfixturevalue(container))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def target(kind: str, request: pytest.FixtureRequest) -> Iterator[Target]:
    with make_target(kind, request) as made:
        yield made


@pytest.fixture
def doomed(kind: str, request: pytest.FixtureRequest) -> Iterator[tuple[Target, Callable[[], None]]]:
    """A target with the means to kill it, as hard as its kind allows."""
    with make_target(kind, request, "fresh_container") as made:
        made.run("true")
        if kind in ("docker", "docker-through-ssh"):
            name = request.getfixturevalue("fresh_container")
            kill = ["docker", "kill", name]
        else:
            # The far shell's own process, or the SSH server's for this connection.
            shell = made.run("ps -o ppid= -p $PPID").text
            kill = ["kill", "-9", made.run("ps -o ppid= -p %s", shell).text if kind == "ssh" else shell]

        def end() -> None:
            subprocess.run(kill, check=True, capture_output=True)

        yield made, end


@pytest.fixture
def scratch(target: Target) -> Iterator[Path]:
    """A folder on the target, gone afterwards."""
    path = target.check("mktemp -d")
    yield Path(path)
    target.run("rm -rf %s", path)

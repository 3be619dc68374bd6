"""The machines that the conformance suite runs on."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_cloudlab.clouds.codespaces import Codespaces as GitHub
from pytest_cloudlab.targets.docker import docker
from pytest_cloudlab.targets.gh import gh
from pytest_cloudlab.targets.kube import kube
from pytest_cloudlab.targets.local import local
from pytest_cloudlab.targets.onward import onward
from pytest_cloudlab.targets.target import Target
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.state import Files, TwinInfo
from pytest_cloudlab.waiting import NotYet, until
from tests.targets import pods, sshd

IMAGE = "cloudlab/debian:bookworm"
REPOSITORY = "octo/course"
KINDS = [
    "local",
    "ssh",
    "ssh-through-ssh",
    pytest.param("docker", marks=pytest.mark.docker),
    pytest.param("docker-through-ssh", marks=pytest.mark.docker),
    pytest.param("codespace", marks=[pytest.mark.docker, pytest.mark.gh]),
    pytest.param("kube", marks=[pytest.mark.docker, pytest.mark.kubectl]),
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
    # A machine beyond another takes a handshake for each connection; by default, some of many are refused.
    made = sshd.start(tmp_path_factory.mktemp("sshd"), settings="MaxStartups 200")
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


@dataclass(frozen=True)
class Codespaces:
    """The twin's; they can be reached with the twin's environment only."""

    info: TwinInfo
    shared: str
    """The name of one that nobody harms."""

    def new(self) -> str:
        github = GitHub(Files(self.info.state).read_settings().github_token)  # type: ignore[union-attr]
        name = github.create(REPOSITORY, idle_timeout_minutes=10, retention_period_minutes=0).name
        until(lambda _: _require(github.get(name).state == "Available"), what=name, within_s=60)
        github.close()
        return name

    def container(self, name: str) -> str:
        return f"{self.info.network}-{name}"


def _require(reached: bool) -> None:
    if not reached:
        raise NotYet("it is not up")


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinInfo]:
    folder = tmp_path_factory.mktemp("twin-of-targets")
    (folder / "course").mkdir()
    (folder / "course" / "README").write_text("a course\n")
    yield control.up(folder / "state", repositories={REPOSITORY: folder / "course"})
    control.down(folder / "state")


@pytest.fixture(scope="session")
def shared_codespace(twin: TwinInfo) -> str:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in twin.environment().items():
            patch.setenv(name, value)
        return Codespaces(twin, "").new()


@pytest.fixture
def codespaces(twin: TwinInfo, shared_codespace: str, monkeypatch: pytest.MonkeyPatch) -> Codespaces:
    for name, value in twin.environment().items():
        monkeypatch.setenv(name, value)
    return Codespaces(twin, shared_codespace)


@pytest.fixture(scope="session")
def shared_pod(twin: TwinInfo) -> str:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in twin.environment().items():
            patch.setenv(name, value)
        return pods.new(IMAGE)


@pytest.fixture
def cluster(twin: TwinInfo, shared_pod: str, monkeypatch: pytest.MonkeyPatch) -> pods.Pods:
    for name, value in twin.environment().items():
        monkeypatch.setenv(name, value)
    return pods.Pods(shared_pod)


def make_target(kind: str, request: pytest.FixtureRequest, container: str = "container") -> Target:
    if kind == "local":
        return local()
    if kind == "docker":
        return docker(request.getfixturevalue(container))
    if kind == "codespace":
        there: Codespaces = request.getfixturevalue("codespaces")
        return gh(there.shared if container == "container" else there.new())
    if kind == "kube":
        there_too: pods.Pods = request.getfixturevalue("cluster")
        return kube(pods.NAMESPACE, there_too.shared if container == "container" else pods.new(IMAGE))
    reached: Target = request.getfixturevalue("server").target()
    if kind == "ssh":
        return reached
    if kind == "ssh-through-ssh":
        return onward(reached, reached)
    return reached.container(request.getfixturevalue(container))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def kept_open() -> Iterator[dict[str, Target]]:
    """One of each kind, from test to test: opening some takes longer than most tests."""
    kept: dict[str, Target] = {}
    yield kept
    for target in kept.values():
        target.close()


@pytest.fixture
def target(kind: str, request: pytest.FixtureRequest, kept_open: dict[str, Target]) -> Target:
    made = make_target(kind, request)
    return kept_open.setdefault(made.address, made)


@pytest.fixture
def doomed(kind: str, request: pytest.FixtureRequest) -> Iterator[tuple[Target, Callable[[], None]]]:
    """A target with the means to kill it, as hard as its kind allows."""
    with make_target(kind, request, "fresh_container") as made:
        made.run("true")
        if kind in ("docker", "docker-through-ssh"):
            name = request.getfixturevalue("fresh_container")
            kill = ["docker", "kill", name]
        elif kind == "codespace":
            name = made.address.removeprefix("gh://")
            kill = ["docker", "kill", request.getfixturevalue("codespaces").container(name)]
        elif kind == "kube":
            name = made.address.rpartition("/")[2]
            kill = ["docker", "kill", request.getfixturevalue("cluster").container(name)]
        else:
            # The far shell's own process, or the SSH server's for this connection.
            shell = made.run("ps -o ppid= -p $PPID").text
            over_ssh = kind in ("ssh", "ssh-through-ssh")
            kill = ["kill", "-9", made.run("ps -o ppid= -p %s", shell).text if over_ssh else shell]

        def end() -> None:
            subprocess.run(kill, check=True, capture_output=True)

        yield made, end


@pytest.fixture
def scratch(target: Target) -> Iterator[Path]:
    """A folder on the target, gone afterwards."""
    path = target.check("mktemp -d")
    yield Path(path)
    target.run("rm -rf %s", path)

"""What a machine's Docker engine says: asked of the real one, and of ones that misbehave."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab import containers
from pytest_cloudlab.errors import CouldNotLook, NotFound, TooMuch
from pytest_cloudlab.targets import Target, open_target

BASE = "cloudlab/debian:bookworm"
SLEEPING = ("timeout", "60", "sleep", "60")


@pytest.fixture
def machine() -> Iterator[Target]:
    with open_target("local://") as here:
        yield here


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: Target) -> Path:
    """A `docker` that does what the script at this path says, first on the machine's PATH."""
    script = tmp_path / "docker"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return script


ASKING = [
    lambda machine: containers.image(machine, "web:1"),
    lambda machine: containers.file_in_image(machine, "web:1", "etc/hostname"),
    containers.running_containers,
]


@pytest.mark.parametrize("ask", ASKING, ids=["image", "file", "containers"])
@pytest.mark.parametrize(
    "trouble",
    [
        "echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' >&2; exit 1",
        "echo 'permission denied while trying to connect to the Docker daemon socket' >&2; exit 1",
        "echo 'Error response from daemon: server is shutting down' >&2; exit 1",
        "exit 1",
        "kill -9 $$",
        "exit 127",
    ],
)
def test_an_engine_in_trouble_is_nobody_s_fault(machine: Target, engine: Path, ask, trouble: str) -> None:  # type: ignore[no-untyped-def]
    """Whatever keeps the engine from answering, nothing is said to be missing."""
    engine.write_text(f"#!/bin/sh\n{trouble}\n")
    with pytest.raises(CouldNotLook, match="did not answer"):
        ask(machine)


@pytest.mark.parametrize("ask", [ASKING[0], ASKING[2]], ids=["image", "containers"])
@pytest.mark.parametrize(
    "answer",
    ["not json", "{}", "null", "[]", "[7]", "[{}]", '[{"Id": 7, "Config": 7}]', "[" * 100_000],
    ids=lambda answer: answer[:20],
)
def test_what_no_engine_says_cannot_be_judged(machine: Target, engine: Path, ask, answer: str) -> None:  # type: ignore[no-untyped-def]
    """A student owns the machine, and so its docker command."""
    (engine.parent / "answer").write_text(answer)
    engine.write_text(f'#!/bin/sh\n[ "$1" = ps ] && echo abc || cat {engine.parent}/answer\n')
    with pytest.raises(CouldNotLook):
        ask(machine)


def test_a_copy_that_breaks_off_is_no_empty_file(machine: Target, engine: Path) -> None:
    """The engine went away half-way: the file may well hold what it should."""
    words = "create) echo abc ;; cp) echo 'unexpected EOF' >&2; exit 1 ;;"
    engine.write_text(f"#!/bin/sh\ncase $1 in {words} esac\n")
    with pytest.raises(CouldNotLook, match="did not answer"):
        containers.file_in_image(machine, "web:1", "x")


def says(engine: Path, *inspected: object) -> None:
    (engine.parent / "answer").write_text(json.dumps(inspected))
    engine.write_text(f'#!/bin/sh\n[ "$1" = ps ] && echo abc || cat {engine.parent}/answer\n')


@pytest.mark.parametrize("config", [None, {}, {"ExposedPorts": None}, {"ExposedPorts": {}}])
def test_an_image_may_lack_everything(machine: Target, engine: Path, config: object) -> None:
    says(engine, {"Id": "sha256:1", "Config": config, "RepoDigests": None})
    assert containers.image(machine, "x") == containers.Image("sha256:1", (), ())


def test_published_ports_are_read_as_they_are_bound(machine: Target, engine: Path) -> None:
    """Once for IPv4 and IPv6; a port that is exposed only is not published."""
    ports = {
        "5000/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8081"}, {"HostIp": "::", "HostPort": "8081"}],  # noqa: S104
        "9000/tcp": None,
        "9001/tcp": [],
        "7001/tcp": [{"HostIp": "", "HostPort": "17001"}],
        "7002/tcp": [{"HostIp": "", "HostPort": "17002"}],
        "53/udp": [{"HostIp": "", "HostPort": "8081"}, {"HostIp": "", "HostPort": "5353"}],
    }
    config = {"Image": "web:1", "Env": ["USER=Zoë", "A=b=c", "LINES=one\ntwo", "EMPTY=", "BARE"]}
    says(engine, {"Id": "1", "Image": "sha256:1", "Config": config, "NetworkSettings": {"Ports": ports}})
    (one,) = containers.running_containers(machine)
    assert one.published == {8081: 5000, 17001: 7001, 17002: 7002}, "a web port is TCP"
    assert one.environment == {"USER": "Zoë", "A": "b=c", "LINES": "one\ntwo", "EMPTY": "", "BARE": ""}


def test_no_container_runs(machine: Target, engine: Path) -> None:
    assert containers.running_containers(machine) == []


def docker(*words: str, stdin: str = "") -> str:
    done = subprocess.run(["docker", *words], input=stdin, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def built() -> Iterator[str]:
    """An image with a file, a link to it, a large file and a folder."""
    name = f"cloudlab-test-{uuid.uuid4().hex[:10]}:1"
    recipe = (
        f"FROM {BASE}\n"
        "RUN mkdir /app && echo 'Zoë' > /app/AUTHOR.txt && ln -s app/AUTHOR.txt /link"
        " && ln -s /nowhere /dangling && head -c 300000 /dev/zero > /large && : > /empty\n"
        "EXPOSE 5000 53/udp\nENV GREETING=hello\n"
    )
    docker("build", "-q", "-t", name, "-", stdin=recipe)
    yield name
    docker("rmi", "-f", name)


@pytest.mark.docker
def test_an_image_is_found_by_its_name(machine: Target, built: str) -> None:
    found = containers.image(machine, built)
    assert found.id.startswith("sha256:")
    assert 5000 in found.exposed_ports
    with pytest.raises(NotFound, match="no image is called"):
        containers.image(machine, "cloudlab-test-nobody:1")


@pytest.mark.docker
def test_a_file_of_an_image_is_read_without_running_it(machine: Target, built: str) -> None:
    """Itself or through a link; and no container is left of it."""
    before = docker("ps", "-aq", "--filter", f"ancestor={built}")
    for path in ("app/AUTHOR.txt", "/app/AUTHOR.txt", "link"):
        assert containers.file_in_image(machine, built, path).decode() == "Zoë\n"
    assert containers.file_in_image(machine, built, "empty") == b""
    for missing in ("app/NOBODY.txt", "nowhere/at/all", "dangling"):
        with pytest.raises(NotFound, match="has no file"):
            containers.file_in_image(machine, built, missing)
    assert docker("ps", "-aq", "--filter", f"ancestor={built}") == before == ""


@pytest.mark.docker
def test_a_large_file_of_an_image_is_too_much(machine: Target, built: str) -> None:
    """Never its beginning, taken for the whole."""
    with pytest.raises(TooMuch):
        containers.file_in_image(machine, built, "large")
    assert docker("ps", "-aq", "--filter", f"ancestor={built}") == ""


@pytest.mark.docker
def test_a_file_of_no_image(machine: Target) -> None:
    with pytest.raises(NotFound, match="no image is called"):
        containers.file_in_image(machine, "cloudlab-test-nobody:1", "x")


@pytest.mark.docker
def test_a_running_container_is_described(machine: Target, built: str) -> None:
    """The name it was started from, where its ports are, and its variables to the letter."""
    name = f"cloudlab-test-{uuid.uuid4().hex[:10]}"
    ports = ("-p", "127.0.0.1::5000", "-p", "127.0.0.1::53/udp")
    docker("run", "-d", "--rm", "--name", name, *ports, "-e", "USER=a=b\nc", built, *SLEEPING)
    try:
        outer = int(docker("port", name, "5000/tcp").rpartition(":")[2])
        (one,) = [each for each in containers.running_containers(machine) if each.image == built]
        assert one.published == {outer: 5000}
        assert (one.environment["USER"], one.environment["GREETING"]) == ("a=b\nc", "hello")
        assert one.image_id == containers.image(machine, built).id
    finally:
        docker("rm", "-f", name)

"""Containers on a real engine."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable

import pytest

from pytest_cloudlab.errors import CouldNotLook, Forbidden, NotFound, TargetLost, Unreachable, UsageError
from pytest_cloudlab.providers import docker
from pytest_cloudlab.providers.engine import Engine
from pytest_cloudlab.providers.ledger import Ledger, State
from pytest_cloudlab.waiting import NotYet, until

IMAGE = "cloudlab/debian:bookworm"

pytestmark = pytest.mark.docker


def wait_until_gone(engine: Engine, name: str, within_s: float = 20) -> None:
    def gone(_: object) -> None:
        try:
            engine.container(name)
        except NotFound:
            return
        raise NotYet("still there")

    until(gone, what=f"{name} is gone", within_s=within_s)


def test_a_provisioned_container_runs_and_is_released(ledger: Ledger, engine: Engine, name: str) -> None:
    """Inside the block commands run in it and the ledger knows it; after the block neither is there."""
    with docker.provision(IMAGE, name=name, ledger=ledger, ttl_s=60) as container:
        assert container.target.run("cat /etc/hostname").text == container.id[:12]
        [entry] = ledger.unreleased()
        assert (entry.kind, entry.name, entry.state) == ("docker", name, State.CREATED)
        assert engine.container(name).labels == entry.labels
    with pytest.raises(NotFound):
        engine.container(name)
    assert ledger.unreleased() == []


def test_it_ends_by_itself_when_its_time_is_up(ledger: Ledger, engine: Engine, name: str) -> None:
    """Nobody has to come back: after `ttl_s` the container is gone, whatever ran in it."""
    began = time.monotonic()
    container = docker.provision(
        IMAGE, name=name, ledger=ledger, ttl_s=2, command=["sh", "-c", "while :; do sleep 1; done"]
    )
    assert engine.container(name).status == "running"
    wait_until_gone(engine, name)
    assert time.monotonic() - began > 1
    container.release()
    assert ledger.unreleased() == []


def test_an_image_whose_command_is_a_shell_keeps_running(ledger: Ledger, engine: Engine, name: str) -> None:
    """A shell that would end at the end of its input does not get to it."""
    with docker.provision(IMAGE, name=name, ledger=ledger, ttl_s=60, command=["sh"]):
        time.sleep(0.5)
        assert engine.container(name).status == "running"


def test_secrets_reach_the_container_and_no_argument_list(
    ledger: Ledger, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values arrive as they are; no command that was started carried one in its arguments."""
    started: list[str] = []
    real = subprocess.run

    def spy(argv: list[str], **options: object) -> object:
        started.extend(argv)
        return real(argv, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", spy)
    env = {"TOKEN": " s3cret # \"'$HOME é", "EMPTY": ""}
    with docker.provision(IMAGE, name=name, ledger=ledger, ttl_s=60, env=env) as container:
        assert container.target.run("printenv TOKEN").stdout.decode() == env["TOKEN"] + "\n"
        assert container.target.run("printenv EMPTY").stdout == b"\n"
    assert "create" in started
    assert not [argument for argument in started if "s3cret" in argument]


@pytest.mark.parametrize("env", [{"A": "one\ntwo"}, {"A B": "x"}, {"": "x"}, {"A=B": "x"}])
def test_a_variable_that_would_become_another_is_refused(
    ledger: Ledger, engine: Engine, name: str, env: dict[str, str]
) -> None:
    """A value of two lines, or a name that is none, would set other variables: nothing is created."""
    with pytest.raises(UsageError, match="environment variable"):
        docker.provision(IMAGE, name=name, ledger=ledger, ttl_s=60, env=env)
    assert ledger.unreleased() == []
    with pytest.raises(NotFound):
        engine.container(name)


def test_mounts_and_options_are_passed_on(ledger: Ledger, name: str, tmp_path: os.PathLike[str]) -> None:
    """A mounted folder is there, and an option of `docker create` holds."""
    with docker.provision(
        IMAGE,
        name=name,
        ledger=ledger,
        ttl_s=60,
        mounts=[f"{tmp_path}:/given:ro"],
        options=["--hostname", "vm1"],
    ) as container:
        assert container.target.run("hostname; touch /given/x").stdout == b"vm1\n"
        assert not container.target.run("touch /given/x").ok


def test_a_taken_name_is_refused_and_its_owner_left_alone(ledger: Ledger, engine: Engine, name: str) -> None:
    """The second provision of a name, even by the same run, fails and leaves the first one running."""
    with docker.provision(IMAGE, name=name, ledger=ledger, ttl_s=60) as first:
        with pytest.raises(UsageError, match=f"{name} is there already"):
            docker.provision(IMAGE, name=name, ledger=ledger, ttl_s=60)
        assert engine.container(name).id == first.id
        assert [entry.name for entry in ledger.unreleased()] == [name]


def test_what_ends_at_once_leaves_nothing(
    ledger: Ledger, engine: Engine, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the time it is looked at, it is over."""
    start = Engine.start

    def start_and_end(self: Engine, container: str) -> None:
        start(self, container)
        with contextlib.suppress(NotFound):
            while engine.container(container).status == "running":
                time.sleep(0.05)

    monkeypatch.setattr(Engine, "start", start_and_end)
    with pytest.raises(UsageError, match="ended as soon as"):
        docker.provision(IMAGE, name=name, ledger=ledger, ttl_s=60, command=["sh", "-c", "exit 0"])
    assert ledger.unreleased() == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image": "cloudlab/no-such-image:1"}, "no image cloudlab/no-such-image:1"),
        ({"network": "no-such-network"}, "no-such-network"),
        ({"options": ["--no-such-option"]}, "no-such-option"),
        ({"name": "-x"}, "cannot be named"),
        ({"name": "../x"}, "cannot be named"),
        ({"ttl_s": 0}, "cannot live"),
    ],
)
def test_what_cannot_be_started_leaves_nothing(
    ledger: Ledger, engine: Engine, name: str, arguments: dict[str, object], message: str
) -> None:
    """One sentence says what is wrong; no container stays, and nothing in the ledger."""
    given = {"image": IMAGE, "name": name, "ttl_s": 60, **arguments}
    with pytest.raises(UsageError, match=message) as caught:
        docker.provision(given.pop("image"), ledger=ledger, **given)  # type: ignore[arg-type]
    assert caught.value.remedy
    with pytest.raises(NotFound):
        engine.container(name)
    assert ledger.unreleased() == []


def test_an_engine_that_does_not_run_is_no_answer(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A stopped engine is `Unreachable`: it says nothing about the container."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///no/such/docker.sock")
    with pytest.raises(Unreachable, match="no Docker engine answers"):
        docker.attach(name)
    with pytest.raises(Unreachable):
        docker.provision(IMAGE, name=name, ledger=ledger, ttl_s=60)
    assert ledger.unreleased() == []


def test_a_machine_without_docker_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the `docker` command the error says to install it."""
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UsageError, match="no `docker` command"):
        docker.attach("web")


def test_an_engine_that_refuses_this_user_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is `Forbidden`, with the group to join. (The sentence is the client's own: root is never
    refused here.)"""
    said = (
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock"
    )
    done = subprocess.CompletedProcess([], 1, stdout=b"", stderr=said.encode())
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    monkeypatch.setenv("DOCKER_HOST", "unix:///var/run/docker.sock")
    with pytest.raises(Forbidden, match="refuses this user") as caught:
        docker.attach("web")
    assert "docker" in caught.value.remedy


def test_an_engine_that_hangs_is_given_up_on(
    monkeypatch: pytest.MonkeyPatch, name: str, tmp_path: os.PathLike[str]
) -> None:
    """A socket that takes the call and never answers does not hang the run."""
    import socket

    from pytest_cloudlab.providers import engine as module

    path = os.path.join(tmp_path, "docker.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
        monkeypatch.setattr(module, "CALL_S", 1)
        with pytest.raises(CouldNotLook, match="no answer within 1 s"):
            docker.attach(name)


def test_release_fails_loudly_and_can_be_repeated(
    ledger: Ledger, engine: Engine, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an engine it stays in the ledger; once the engine is back, the same call deletes it."""
    container = docker.provision(IMAGE, name=name, ledger=ledger, ttl_s=60)
    with monkeypatch.context() as patch:
        patch.setattr(container, "_engine", Engine("unix:///no/such/docker.sock"))
        with pytest.raises(Unreachable):
            container.release()
    assert [entry.state for entry in ledger.unreleased()] == [State.CREATED]
    container.release()
    container.release()
    assert ledger.unreleased() == []
    with pytest.raises(NotFound):
        engine.container(name)


def test_an_interrupt_while_it_is_created_leaves_nothing(
    ledger: Ledger, engine: Engine, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C right after the engine made the container: it is deleted before the interrupt goes on."""
    real = Engine.create

    def interrupted(*args: object, **kwargs: object) -> str:
        real(*args, **kwargs)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(Engine, "create", interrupted)
    with pytest.raises(KeyboardInterrupt):
        docker.provision(IMAGE, name=name, ledger=ledger, ttl_s=60)
    with pytest.raises(NotFound):
        engine.container(name)
    assert ledger.unreleased() == []


def test_attach_reaches_a_container_and_leaves_it_running(
    engine: Engine, new_name: Callable[[], str]
) -> None:
    """Attaching to somebody else's container and closing the target changes nothing about it."""
    name = new_name()
    engine.start(engine.create(IMAGE, ["sleep", "60"], name=name, labels={}))
    target = docker.attach(name)
    assert target.run("echo here").text == "here"
    target.close()
    assert engine.container(name).status == "running"


def test_attach_says_what_is_not_there(engine: Engine, new_name: Callable[[], str]) -> None:
    """A missing container is a fact, a stopped one cannot be looked into; the start of an id is no name."""
    name = new_name()
    with pytest.raises(NotFound, match=f"no container {name}"):
        docker.attach(name)
    container_id = engine.create(IMAGE, ["sleep", "60"], name=name, labels={})
    with pytest.raises(TargetLost, match="it is created") as caught:
        docker.attach(name)
    assert f"docker start {name}" in caught.value.remedy
    with pytest.raises(NotFound, match="there is no container"):
        docker.attach(container_id[:12])


def test_two_releases_at_once_both_succeed(ledger: Ledger, engine: Engine, name: str) -> None:
    """When a sweep or another thread is already deleting it, release waits for that and is content."""
    container = docker.provision(IMAGE, name=name, ledger=ledger, ttl_s=60)
    other = threading.Thread(target=engine.remove, args=(container.id,))
    other.start()
    container.release()
    other.join()
    wait_until_gone(engine, name)
    assert ledger.unreleased() == []


def test_an_images_own_entrypoint_and_command_are_what_runs(
    ledger: Ledger, engine: Engine, name: str, new_name: Callable[[], str]
) -> None:
    """The time limit goes in front of what the image starts, and replaces none of it."""
    tag = new_name()
    dockerfile = (
        f'FROM {IMAGE}\nENTRYPOINT ["sh", "-c", "echo $0 $1 >/said; exec sleep 60"]\nCMD ["a b", "c"]\n'
    )
    subprocess.run(
        ["docker", "build", "-q", "-t", tag, "-"], input=dockerfile.encode(), check=True, capture_output=True
    )
    try:
        with docker.provision(tag, name=name, ledger=ledger, ttl_s=60) as container:
            assert container.target.run("cat /said").text == "a b c"
            inspected = subprocess.run(["docker", "inspect", name], check=True, capture_output=True).stdout
            assert json.loads(inspected)[0]["Path"] == "timeout"
    finally:
        subprocess.run(["docker", "rmi", "-f", tag], check=True, capture_output=True)

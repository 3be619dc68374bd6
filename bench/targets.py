"""What one command costs over our targets and over the ways others have, on the same machines."""

from __future__ import annotations

import functools
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import docker as docker_py
import testinfra  # type: ignore[import-untyped]  # it ships no types

from bench.relay import delayed
from bench.samples import Samples, interleaved, median_between, middle_half
from bench.table import at_least, at_most, table
from pytest_cloudlab.targets.docker import docker
from tests.targets import sshd

IMAGE = "cloudlab/debian:bookworm"
ROUND_TRIP_S = 0.08
OURS_A_ROUND = 5
PIPELINED = 50
OURS = "pytest-cloudlab"
AT_ONCE = f"{OURS}, {PIPELINED} at once"
OPENING = f"{OURS}, opened for it and closed"

Contenders = dict[str, Callable[[], object]]


@contextmanager
def container() -> Iterator[str]:
    name = f"cloudlab-bench-{uuid.uuid4().hex[:10]}"
    run = ["docker", "run", "-d", "--rm", "--init", "--name", name, IMAGE, "timeout", "900", "sleep", "900"]
    subprocess.run(run, check=True, capture_output=True)
    try:
        yield name
    finally:
        subprocess.run(["docker", "rm", "-f", name], check=True, capture_output=True)


@contextmanager
def over_ssh(server: sshd.Server, port: int) -> Iterator[Contenders]:
    config = server.folder / f"config-{port}"
    config.write_text(
        f"Host 127.0.0.1\n Port {port}\n User root\n IdentityFile {server.key}\n BatchMode yes\n"
        "StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n LogLevel ERROR\n"
    )
    shared = server.folder / f"shared-{port}"
    control = f" ControlMaster auto\n ControlPersist 60\n ControlPath {server.folder}/c{port}\n"
    shared.write_text(config.read_text() + control)
    known = server.folder / f"known-{port}"
    known.write_text(f"[127.0.0.1]:{port} " + server.known_hosts.read_text().split(" ", 1)[1])

    def host(scheme: str, file: Path) -> Callable[[], object]:
        made = testinfra.get_host(f"{scheme}://root@127.0.0.1:{port}", ssh_config=str(file))
        return functools.partial(_succeeds, made.run)

    def opening() -> None:
        with server.target(port=port, known_hosts=known) as fresh:
            _succeeds(fresh.run)

    with server.target(port=port, known_hosts=known) as target:
        try:
            yield {
                OURS: functools.partial(_succeeds, target.run),
                AT_ONCE: lambda: target.run_many(["true"] * PIPELINED),
                OPENING: opening,
                "testinfra ssh://": host("ssh", config),
                "testinfra ssh://, with a ControlPath": host("ssh", shared),
                "testinfra paramiko://": host("paramiko", config),
            }
        finally:
            subprocess.run(["ssh", "-F", shared, "-O", "exit", "127.0.0.1"], capture_output=True)


@contextmanager
def over_docker(name: str) -> Iterator[Contenders]:
    client = docker_py.from_env()

    def opening() -> None:
        with docker(name) as fresh:
            _succeeds(fresh.run)

    try:
        there = client.containers.get(name)
        with docker(name) as target:
            yield {
                OURS: functools.partial(_succeeds, target.run),
                AT_ONCE: lambda: target.run_many(["true"] * PIPELINED),
                OPENING: opening,
                "testinfra docker://": functools.partial(
                    _succeeds, testinfra.get_host(f"docker://{name}").run
                ),
                "docker-py exec_run": lambda: there.exec_run(["sh", "-c", "true"]),
            }
    finally:
        client.close()


def measured(near_rounds: int, far_rounds: int) -> str:
    often = {OURS: OURS_A_ROUND}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cloudlab-bench-")))
        server = sshd.start(folder)
        stack.callback(server.stop)
        port = stack.enter_context(delayed(server.port, round_trip_s=ROUND_TRIP_S))
        with over_ssh(server, server.port) as contenders:
            near = interleaved(contenders, near_rounds, often=often)
        with over_ssh(server, port) as contenders:
            far = interleaved(contenders, far_rounds, often=often)
        with container() as name, over_docker(name) as contenders:
            engine = interleaved(contenders, near_rounds, often=often)
    trips = [spent / (ROUND_TRIP_S * 1000) for spent in far[OURS]]
    near_head = ["ssh, one `true`", f"loopback, ms, {near_rounds} rounds", "middle half"]
    head = [*near_head, f"{ROUND_TRIP_S * 1000:.0f} ms round trip, ms, {far_rounds} rounds", "middle half"]
    lines = [
        table(head, [[name, *_cells(near, name), *_cells(far, name)] for name in near]),
        "",
        table(
            ["a container, one `true`", f"ms, {near_rounds} rounds", "middle half"],
            [[name, *_cells(engine, name)] for name in engine],
        ),
        "",
        at_most("ssh with delay", median_between(trips), 1.1, "round trips a command"),
        at_least("ssh, against testinfra ssh://", _times(near, "testinfra ssh://"), 10, "times faster"),
        at_least(
            "docker, against testinfra docker://", _times(engine, "testinfra docker://"), 10, "times faster"
        ),
    ]
    return "\n".join(lines)


def _succeeds(run: Callable[[str], object]) -> None:
    """One command; an answer that came sooner because it is an error must not count."""
    status = getattr(run("true"), "exit_status")  # noqa: B009 -- testinfra's and ours share this name
    if status != 0:
        raise RuntimeError(f"`true` ended with {status}")


def _cells(samples: Samples, name: str) -> list[str]:
    low, high = middle_half(samples[name])
    return [f"{median(samples[name]):.1f}", f"{low:.1f} to {high:.1f}"]


def _times(samples: Samples, other: str) -> float:
    return median(samples[other]) / median(samples[OURS])

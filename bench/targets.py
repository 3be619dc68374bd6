"""What one command costs over our targets and over testinfra's backends, on the same machines.

Run it from the top of the repository as root, with a Docker engine: `python -m bench.targets`.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import testinfra  # type: ignore[import-untyped]  # it ships no types

from bench.relay import delayed
from bench.table import machine, publish, table, verdict
from pytest_cloudlab.targets.docker import docker
from pytest_cloudlab.targets.target import Target
from tests.targets import sshd

IMAGE = "cloudlab/debian:bookworm"
ROUND_TRIP_S = 0.08
PIPELINED = 50


@contextmanager
def container() -> Iterator[str]:
    name = f"cloudlab-bench-{uuid.uuid4().hex[:10]}"
    run = ["docker", "run", "-d", "--rm", "--init", "--name", name, IMAGE, "sleep", "900"]
    subprocess.run(run, check=True, capture_output=True)
    try:
        yield name
    finally:
        subprocess.run(["docker", "rm", "-f", name], check=True, capture_output=True)


def cost_ms(run: Callable[[str], object], repetitions: int) -> float:
    """The median over `repetitions`, after one that opens what stays open."""
    run("true")
    spent = []
    for _ in range(repetitions):
        started = time.perf_counter()
        run("true")
        spent.append(time.perf_counter() - started)
    return median(spent) * 1000


def pipelined_ms(target: Target, repetitions: int) -> float:
    """The median for `PIPELINED` commands sent at once, all together."""
    target.run("true")
    spent = []
    for _ in range(repetitions):
        started = time.perf_counter()
        target.run_many(["true"] * PIPELINED)
        spent.append(time.perf_counter() - started)
    return median(spent) * 1000


def over_ssh(server: sshd.Server, port: int, repetitions: int) -> dict[str, float]:
    config = server.folder / f"config-{port}"
    config.write_text(
        f"Host 127.0.0.1\n Port {port}\n User root\n IdentityFile {server.key}\n BatchMode yes\n"
        "StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n LogLevel ERROR\n"
    )
    shared = server.folder / f"shared-{port}"
    shared.write_text(config.read_text() + f" ControlMaster auto\n ControlPath {server.folder}/c{port}\n")
    known = server.folder / f"known-{port}"
    known.write_text(f"[127.0.0.1]:{port} " + server.known_hosts.read_text().split(" ", 1)[1])
    found = {}
    with server.target(port=port, known_hosts=known) as target:
        found["ours"] = cost_ms(target.run, repetitions * 5)
        found["pipelined"] = pipelined_ms(target, 5)
    backends = {
        "ssh://": ("ssh", config),
        "ssh:// with a ControlPath": ("ssh", shared),
        "paramiko://": ("paramiko", config),
    }
    for name, (scheme, file) in backends.items():
        host = testinfra.get_host(f"{scheme}://root@127.0.0.1:{port}", ssh_config=str(file))
        found[name] = cost_ms(host.run, repetitions)
    exit_command = ["ssh", "-F", str(shared), "-O", "exit", "127.0.0.1"]
    subprocess.run(exit_command, capture_output=True)
    return found


def measured(repetitions: int) -> str:
    rows = []
    with tempfile.TemporaryDirectory(prefix="cloudlab-bench-") as folder, container() as name:
        server = sshd.start(Path(folder))
        try:
            near = over_ssh(server, server.port, repetitions)
            with delayed(server.port, round_trip_s=ROUND_TRIP_S) as port:
                far = over_ssh(server, port, max(5, repetitions // 4))
        finally:
            server.stop()
        with docker(name) as target:
            ours_docker = cost_ms(target.run, repetitions * 5)
            docker_pipelined = pipelined_ms(target, 5)
        their_docker = cost_ms(testinfra.get_host(f"docker://{name}").run, repetitions)
    rows = [["pytest-cloudlab ssh", f"{near['ours']:.1f}", f"{far['ours']:.1f}"]]
    for backend in ("ssh://", "ssh:// with a ControlPath", "paramiko://"):
        rows.append([f"testinfra {backend}", f"{near[backend]:.1f}", f"{far[backend]:.1f}"])
    rows.append(
        [f"pytest-cloudlab ssh, {PIPELINED} at once", f"{near['pipelined']:.0f}", f"{far['pipelined']:.0f}"]
    )
    rows.append(["pytest-cloudlab docker", f"{ours_docker:.1f}", "-"])
    rows.append(["testinfra docker://", f"{their_docker:.1f}", "-"])
    rows.append([f"pytest-cloudlab docker, {PIPELINED} at once", f"{docker_pipelined:.0f}", "-"])
    trips = far["ours"] / (ROUND_TRIP_S * 1000)
    lines = [
        table(["median of one `true`, ms", "loopback", f"{ROUND_TRIP_S * 1000:.0f} ms round trip"], rows),
        "",
        verdict("docker against testinfra docker://", their_docker / ours_docker, 10, "×", at_least=True),
        verdict("ssh against testinfra ssh://", near["ssh://"] / near["ours"], 10, "×", at_least=True),
        verdict("ssh with delay", trips, 1.1, "round trips a command", at_least=False),
        "",
        f"{machine('pytest-testinfra', 'paramiko')}; one sshd on loopback and one container; "
        f"{repetitions * 5} repetitions of ours, {repetitions} of testinfra's (a quarter with delay), "
        "one run, connections already open where a backend keeps one; delay added by `bench/relay.py`.",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--write", type=Path, help="also put the table into this document")
    options = parser.parse_args()
    publish("bench.targets", measured(options.repetitions), options.write)


if __name__ == "__main__":
    main()

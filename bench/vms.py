"""How long a VM of the twin takes to come up, alone and among many, and its memory: `python -m bench.vms`."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import requests

from bench.machine import BUSY, description, load
from bench.samples import median_between, middle_half
from bench.table import at_most, table
from pytest_cloudlab.providers import key_pair
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.state import LABEL, TwinInfo

GOAL_S = 1.0
MANY = 20
USER = "student"
FAMILIES = {"with Jupyter": ("deeplearning-platform-release", "common-cpu"),
            "without": ("debian-cloud", "debian-12")}  # fmt: skip
SETTLED_S = 15
"""Engines and Jupyter go on allocating for some seconds after they answer."""
WITHIN_S = 120
QUIET_WITHIN_S = 20


@dataclass(frozen=True)
class Boot:
    """Seconds since the request to make it was sent."""

    running: float
    """The operation is done."""
    banner: float
    """The SSH server has said who it is."""
    command: float
    """OpenSSH's client has logged in and run `true`."""
    engine: float
    """`docker version` in it, over that client, has an answer."""


class Lab:
    """One twin, asked as any client asks it: through its proxy, under Google's names."""

    def __init__(self, info: TwinInfo, folder: Path) -> None:
        self.info = info
        self._key = key_pair.generate(folder)
        self._public = key_pair.public_half(self._key)
        self._settings = info.environment()
        token = Path(self._settings["CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"]).read_text().strip()
        self._headers = {"Authorization": f"Bearer {token}"}
        self._root = f"https://compute.googleapis.com/compute/v1/projects/{info.project}"
        self._zone = f"{self._root}/zones/{info.zones[0]}"

    def boot(self, name: str, family: tuple[str, str]) -> Boot:
        started = time.perf_counter()

        def since() -> float:
            return time.perf_counter() - started

        with self._session() as session:
            self._done(session, session.post(f"{self._zone}/instances", json=self._body(name, family)))
            running = since()
            found = session.get(f"{self._zone}/instances/{name}", timeout=WITHIN_S).json()
        address = found["networkInterfaces"][0]["accessConfigs"][0]["natIP"]
        with socket.create_connection((address, 22), WITHIN_S) as connection:
            connection.recv(16)
        banner = since()
        self._ssh(address, "true")
        command = since()
        self._ssh(address, "until docker version > /dev/null 2>&1; do sleep 0.05; done")
        return Boot(running, banner, command, since())

    def delete(self, name: str) -> None:
        with self._session() as session:
            self._done(session, session.delete(f"{self._zone}/instances/{name}", timeout=WITHIN_S))

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        with requests.Session() as session:
            session.trust_env = False
            session.proxies = {"https": self._settings["HTTPS_PROXY"]}
            session.verify = self._settings["REQUESTS_CA_BUNDLE"]
            session.headers.update(self._headers)
            yield session

    def _done(self, session: requests.Session, answer: requests.Response) -> None:
        answer.raise_for_status()
        name = answer.json()["name"]
        done = session.post(f"{self._zone}/operations/{name}/wait", timeout=WITHIN_S).json()
        if done["status"] != "DONE" or "error" in done:
            raise RuntimeError(f"{done['operationType']} of a VM: {done.get('error', done['status'])}")

    def _body(self, name: str, family: tuple[str, str]) -> dict[str, object]:
        image = f"projects/{family[0]}/global/images/family/{family[1]}"
        zone = f"zones/{self.info.zones[0]}"
        return {
            "name": name,
            "machineType": f"{zone}/machineTypes/n1-standard-1",
            "disks": [{"boot": True, "autoDelete": True,
                       "initializeParams": {"sourceImage": image, "diskSizeGb": "50"}}],
            "networkInterfaces": [{"accessConfigs": [{"name": "External NAT", "type": "ONE_TO_ONE_NAT"}]}],
            "metadata": {"items": [{"key": "ssh-keys", "value": f"{USER}:{self._public}"}]},
        }  # fmt: skip

    def _ssh(self, address: str, command: str) -> None:
        options = ("BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null")
        argv = ["ssh", "-q", "-F", "none", "-i", str(self._key), *(f"-o{option}" for option in options)]
        subprocess.run(
            [*argv, f"{USER}@{address}", command],
            stdin=subprocess.DEVNULL,
            check=True,
            timeout=WITHIN_S,
        )

    def memory_mb(self) -> list[float]:
        """Of each VM, as `docker stats` counts: its control group, without inactive page cache."""
        listed = ["docker", "ps", "--quiet", "--filter", f"label={LABEL}={self.info.id}"]
        ids = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
        stats = ["docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", *ids]
        said = subprocess.run(stats, capture_output=True, text=True, check=True, timeout=WITHIN_S).stdout
        return [_mb(line.split("/")[0].strip()) for line in said.splitlines()]


def measured(rounds: int, many: int = MANY) -> str:
    with tempfile.TemporaryDirectory(prefix="cloudlab-bench-") as name:
        folder = Path(name)
        info = control.up(folder / "twin", progress=lambda text: print(f"… {text}", flush=True))
        try:
            return _report(Lab(info, folder), rounds, many)
        finally:
            control.down(folder / "twin")


def _report(lab: Lab, rounds: int, many: int) -> str:
    family = FAMILIES["with Jupyter"]
    lab.boot("warm", family)
    lab.delete("warm")
    alone, calm = [], 0
    for number in range(rounds):
        calm += _quiet()
        alone.append(lab.boot(f"alone-{number}", family))
        lab.delete(f"alone-{number}")
    _quiet()
    before, memory = load(), []
    for label, kind in FAMILIES.items():
        free = _available_mb()
        crowd, took = _together(lab, many, kind)
        time.sleep(SETTLED_S)
        memory.append((label, lab.memory_mb(), free - _available_mb()))
        with ThreadPoolExecutor(many) as pool:
            list(pool.map(lab.delete, map(_name, range(many))))
        if kind == family:
            together, all_up = crowd, took
    head = ["seconds after the request", f"one alone, median of {rounds}", "middle half",
            f"{many} at once, median", "slowest"]  # fmt: skip
    rows = [
        [what, *_row([getattr(one, key) for one in alone], [getattr(one, key) for one in together])]
        for key, what in (
            ("running", "the operation is done"),
            ("banner", "SSH answers"),
            ("command", "a command over ssh has run"),
            ("engine", "its Docker engine answers"),
        )
    ]
    used = [
        [f"{many} idle VMs, {label}", f"{median(each):.0f}", f"{sum(each):.0f}", f"{lost:.0f}"]
        for label, each, lost in memory
    ]
    return "\n".join(
        [
            table(head, rows),
            "",
            at_most("insert until SSH answers", median_between([one.banner for one in alone]), GOAL_S, "s"),
            f"- alone: {calm} of {rounds} began when others used at most {BUSY:.0%} of the cores",
            f"- {many} at once: all of them ran a command after {all_up:.1f} s",
            f"- before the crowd: {before}",
            "",
            table(["memory, MB", "a VM, median", "all of them", "what the machine had less"], used),
        ]
    )


def _quiet() -> bool:
    """Wait until nobody else uses the machine, nor what came before, but not for ever: whether it is so."""
    until = time.monotonic() + QUIET_WITHIN_S
    while time.monotonic() < until:
        if load(0.5).others <= BUSY:
            return True
    return False


def _together(lab: Lab, many: int, family: tuple[str, str]) -> tuple[list[Boot], float]:
    with ThreadPoolExecutor(many) as pool:
        boots = list(pool.map(lambda number: lab.boot(_name(number), family), range(many)))
    return boots, max(one.command for one in boots)


def _name(number: int) -> str:
    return f"crowd-{number}"


def _row(alone: Sequence[float], together: Sequence[float]) -> list[str]:
    first, third = middle_half(alone)
    return [f"{median(alone):.2f}", f"{first:.2f} to {third:.2f}", f"{median(together):.1f}",
            f"{max(together):.1f}"]  # fmt: skip


def _mb(text: str) -> float:
    """
    >>> _mb("74.5MiB")
    78.118912
    """
    for unit, size in (("KiB", 2**10), ("MiB", 2**20), ("GiB", 2**30), ("B", 1)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * size / 1e6
    raise ValueError(text)


def _available_mb() -> float:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("MemAvailable"))


if __name__ == "__main__":
    print(f"On {description()}.\nBefore: {load()}.\n\n{measured(rounds=15)}\n\nAfter: {load()}.")

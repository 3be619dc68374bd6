"""A class of many teams over SSH: `cloudlab grade`, against plain pytest with testinfra."""

from __future__ import annotations

import itertools
import math
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import mean, median

from bench.class_lab import write_lab, write_plain, write_work
from bench.distance import calibration
from bench.relay import delayed
from bench.table import at_least, table
from bench.tree import Spent, run
from pytest_cloudlab.grading.roll import WORKERS
from pytest_cloudlab.targets.ssh import ssh_banner
from tests.targets import sshd

XDIST = 16
OURS = "cloudlab grade"
ALONE = "pytest + testinfra"
MANY = f"pytest -n {XDIST} + testinfra"
SHARED = f"{MANY}, with a ControlPath"
HANDSHAKES = 9
TURNS = 5


@dataclass(frozen=True)
class Size:
    teams: int
    checks: int
    servers: int
    round_trip_s: float
    sequential_teams: int | None = None
    """Fewer than `teams`: the slowest contender is measured on these, and the rest is worked out."""


def measured(size: Size, folder: Path) -> str:
    with ExitStack() as stack:
        room = _Room(size, folder, stack)
        handshake_s = room.handshake_s()
        limits_s, turns = [room.bare_s()], []
        for _ in range(TURNS):
            turns.append(room.ours())
            limits_s.append(room.bare_s())
        found = {OURS: sorted(turns, key=lambda turn: turn.wall_s)[TURNS // 2]}
        found[MANY] = room.plain(size.teams, f"-n{XDIST}")
        found[SHARED] = room.plain(size.teams, f"-n{XDIST}", shared=True)
        part = min(size.sequential_teams or size.teams, size.teams)
        found[ALONE] = room.plain(part)
    alone_s = found[ALONE].wall_s * size.teams / part
    note = "" if part == size.teams else f" (measured on {part} teams: {found[ALONE].wall_s:.1f} s)"
    rows = [
        [name, f"{alone_s if name == ALONE else spent.wall_s:.1f}" + (note if name == ALONE else ""),
         f"{spent.cpu_s:.1f}", f"{spent.peak_mb:.0f}"]
        for name, spent in found.items()
    ]  # fmt: skip
    ours = found[OURS].wall_s
    ratios = [turn.wall_s / mean(near) for turn, near in zip(turns, pairwise(limits_s), strict=True)]
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    rounds = math.ceil(size.teams / WORKERS)
    network_s = rounds * (handshake_s + size.checks * size.round_trip_s)
    title = f"{size.teams} teams × {size.checks} checks, {size.round_trip_s * 1000:.0f} ms"
    head = [title, "wall, s", "CPU, s", "peak memory, MB"]
    return "\n".join(
        [
            calibration(size.round_trip_s),
            "",
            table(head, rows),
            "",
            at_least(f"against {ALONE}, one after the other", alone_s / ours, 10, "times faster"),
            at_least(f"against {MANY}", found[MANY].wall_s / ours, 2, "times faster"),
            f"- against {SHARED}: {found[SHARED].wall_s / ours:.1f} times faster (no goal)",
            f"- the limit: {mean(limits_s):.1f} s, the mean of {len(limits_s)}, {min(limits_s):.1f} to "
            f"{max(limits_s):.1f}: the same connections and round trips by `ssh HOST sh` alone, "
            f"{WORKERS} at once",
            f"- {OURS}, each time compared with the limit before and after it: {each} times; the median is "
            f"{median(ratios):.2f} (goal: at most 1.5): {'met' if median(ratios) <= 1.5 else 'NOT met'}",
            f"- were the cores idle: {network_s:.1f} s = {rounds} × ({handshake_s:.3f} s + {size.checks} × "
            f"{size.round_trip_s * 1000:.0f} ms), with one connection (median of {HANDSHAKES} of `ssh HOST "
            f"true` through the relay, nothing else running) and a round trip a check; {OURS} takes "
            f"{ours / network_s:.2f} times that (no goal)",
        ]
    )


class _Room:
    def __init__(self, size: Size, folder: Path, stack: ExitStack) -> None:
        self._size, self._folder = size, folder
        self._numbers = itertools.count()
        servers = [sshd.start(folder / f"sshd-{number}") for number in range(size.servers)]
        first = servers[0]
        for server in servers:
            stack.callback(server.stop)
        _many_at_once(servers)
        far = [stack.enter_context(delayed(one.port, round_trip_s=size.round_trip_s)) for one in servers]
        self._ports = [far[number % len(far)] for number in range(size.teams)]
        self._key = first.key
        for server in servers:
            (server.folder / "authorized_keys").write_text((first.folder / "authorized_keys").read_text())
        self._known = folder / "known_hosts"
        keys = [one.known_hosts.read_text().split(" ", 1)[1] for one in servers]
        self._known.write_text(
            "".join(f"[127.0.0.1]:{port} {key}" for port, key in zip(far, keys, strict=True))
        )
        self._work = folder / "work"
        write_work(self._work, size.checks)

    def _ssh_config(self, *, shared: bool) -> str:
        lines = [
            "Host *", " HostName 127.0.0.1", " User root", f" IdentityFile {self._key}", " BatchMode yes",
            " IdentitiesOnly yes", " StrictHostKeyChecking yes", f" UserKnownHostsFile {self._known}",
            " LogLevel ERROR",
        ]  # fmt: skip
        if shared:
            lines += [" ControlMaster auto", " ControlPersist 20", f" ControlPath {self._folder}/c-%C"]
        return "\n".join(lines) + "\n"

    def handshake_s(self) -> float:
        config = self._folder / "config-handshake"
        config.write_text(self._ssh_config(shared=False))
        argv = ["ssh", "-F", str(config), "-p", str(self._ports[0]), "127.0.0.1", "true"]
        found = []
        for _ in range(HANDSHAKES):
            started = time.monotonic()
            subprocess.run(argv, check=True, stdin=subprocess.DEVNULL)
            found.append(time.monotonic() - started)
        return median(found)

    def bare_s(self) -> float:
        """What every check's command takes over one connection a team, without anything that judges."""
        config = self._folder / "config-bare"
        config.write_text(self._ssh_config(shared=False))

        def team(port: int) -> None:
            argv = ["ssh", "-F", str(config), "-p", str(port), "127.0.0.1", "sh"]
            with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shell:
                assert shell.stdin
                assert shell.stdout
                for number in range(self._size.checks):
                    shell.stdin.write(f"cat {self._work}/item-{number:02}\n".encode())
                    shell.stdin.flush()
                    if shell.stdout.readline() != f"done {number}\n".encode():
                        raise RuntimeError(f"port {port} answered something else")
                shell.stdin.close()
                shell.wait()

        started = time.monotonic()
        with ThreadPoolExecutor(WORKERS) as several:
            list(several.map(team, self._ports))
        return time.monotonic() - started

    def ours(self) -> Spent:
        size, folder = self._size, self._folder / f"ours-{next(self._numbers)}"
        roster = write_lab(
            folder, self._ports, size.checks, key=self._key, known=self._known, work=self._work
        )
        spent = run([sys.executable, "-m", "pytest_cloudlab", "grade", str(roster)], cwd=folder)
        done = f"[{size.teams}/{size.teams}]"
        whole = spent.out.count(f": {size.checks} achieved, 0 to fix\n")
        _require(spent.status == 0 and done in spent.out and whole == size.teams, spent)
        return spent

    def plain(self, teams: int, *options: str, shared: bool = False) -> Spent:
        folder = self._folder / f"plain{'-'.join(options)}{'-shared' if shared else ''}"
        config = self._folder / f"config-{folder.name}"
        config.write_text(self._ssh_config(shared=shared))
        write_plain(folder, self._ports[:teams], self._size.checks, ssh_config=config, work=self._work)
        ours_off = ("-p", "no:cacheprovider", "-p", "no:cloudlab", "-c", os.devnull, "--rootdir", str(folder))
        words = (*ours_off, f"--ssh-config={config}", *options, str(folder))
        argv = [sys.executable, "-m", "pytest", "-q", *words]
        spent = run(argv, cwd=folder)
        _require(spent.status == 0 and f"{teams * self._size.checks} passed" in spent.out, spent)
        shutil.rmtree(folder)
        return spent


def _many_at_once(servers: list[sshd.Server]) -> None:
    """OpenSSH's server refuses some of more than ten beginnings at once; here teams share a few servers."""
    for server in servers:
        config = server.folder / "config"
        config.write_text(config.read_text() + "MaxStartups 500\nMaxSessions 500\n")
        server.stop()
        again = subprocess.Popen([sshd.PROGRAM, "-D", "-f", config], stderr=subprocess.DEVNULL)
        server.process = again
        while not ssh_banner("127.0.0.1", server.port, 1):
            time.sleep(0.02)


def _require(fine: bool, spent: Spent) -> None:
    if not fine:
        raise RuntimeError(f"ended with {spent.status}:\n{spent.out[-3000:]}")
    print(f"… {spent.wall_s:.1f} s", file=sys.stderr, flush=True)

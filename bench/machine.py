"""What the benchmark ran on, and how busy that machine was with other things."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

BUSY = 0.1
"""A share of all cores that others take, above which the figures are not to be trusted."""
PACKAGES = ("pytest", "pytest-testinfra", "paramiko", "docker")


def description() -> str:
    """One line: cores, kernel, versions."""
    packages = [f"{package} {version(package)}" for package in PACKAGES]
    ssh = subprocess.run(["ssh", "-V"], capture_output=True, text=True).stderr.split(",")[0].strip()
    asked = subprocess.run(["docker", "version", "-f", "{{.Server.Version}}"], capture_output=True, text=True)
    engine = f"Docker engine {asked.stdout.strip()}" if asked.returncode == 0 else "no Docker engine"
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    parts = [f"{os.cpu_count()} cores", system, f"Python {platform.python_version()}", ssh, engine, *packages]
    return ", ".join(parts)


@dataclass(frozen=True)
class Load:
    """How busy the machine was in a second in which we did nothing."""

    others: float
    """The share of all cores in use, 0 to 1."""
    average: float
    """The kernel's load average over the last minute, which also counts what we ourselves did."""

    @property
    def busy(self) -> bool:
        return self.others > BUSY

    def __str__(self) -> str:
        return f"{self.others:.0%} of the cores in use by others, load average {self.average:.2f}"


def load(within_s: float = 1.0) -> Load:
    """Look for `within_s` seconds without doing anything."""
    busy, total = _ticks()
    time.sleep(within_s)
    busy_then, total_then = _ticks()
    return Load((busy_then - busy) / max(1, total_then - total), os.getloadavg()[0])


def _ticks() -> tuple[int, int]:
    """The ticks that all cores spent busy, and all ticks (proc_stat(5); the guests' are counted twice)."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)

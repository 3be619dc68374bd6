"""A run that provisions a container and is killed at a given point: `python doomed_run.py LEDGER NAME POINT`.

Started as a process of its own. At the point `running` it says so and stays until it is killed.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_cloudlab.providers.docker import provision
from pytest_cloudlab.providers.engine import Engine
from pytest_cloudlab.providers.ledger import Ledger

IMAGE = "cloudlab/debian:bookworm"

POINTS: dict[str, tuple[type, str, str]] = {
    "planned": (Ledger, "plan", "after"),
    "created but not marked": (Ledger, "mark_created", "before"),
    "marked but not started": (Engine, "start", "before"),
    "started": (Engine, "start", "after"),
}


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(point: str) -> None:
    owner, method, when = POINTS[point]
    original: Callable[..., Any] = getattr(owner, method)

    def last_act(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            original(*args, **kwargs)
        die()

    setattr(owner, method, last_act)


def main(ledger: str, name: str, point: str) -> None:
    if point in POINTS:
        die_at(point)
    provision(IMAGE, name=name, ledger=Ledger(Path(ledger)), ttl_s=300)
    print("running", flush=True)
    time.sleep(300)


if __name__ == "__main__":
    main(*sys.argv[1:])

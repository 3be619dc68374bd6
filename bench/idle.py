"""The idle plugin's own work, taken apart inside one process: `python bench/idle.py PAIRS`.

It runs in a folder that holds `test_one.py`. Whole runs of pytest differ by more than the plugin costs
as soon as anything else runs. So this takes the CPU time of its import alone, as pytest does it, and
then of runs with and without it, in turn, in a process where all modules are there already.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from importlib.metadata import EntryPoint
from typing import Any

import pytest

OPTIONS = ("-q", "-p", "no:cacheprovider", "test_one.py")


def run_ms(*options: str) -> float:
    started = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        status = pytest.main([*options, *OPTIONS])
    if status != 0:
        raise RuntimeError(f"pytest ended with {status}")
    return (time.process_time() - started) * 1000


def import_ms() -> float:
    """What loading the plugin takes in the first run of this process."""
    found: list[float] = []
    load = EntryPoint.load

    def timed(point: EntryPoint) -> Any:
        started = time.process_time()
        try:
            return load(point)
        finally:
            if point.name == "cloudlab":
                found.append((time.process_time() - started) * 1000)

    EntryPoint.load = timed  # type: ignore[assignment, method-assign]
    try:
        run_ms()
    finally:
        EntryPoint.load = load  # type: ignore[method-assign]
    return found[0]


def main() -> None:
    pairs = int(sys.argv[1])
    imported = import_ms()
    run_ms("-p", "no:cloudlab")
    added = []
    for number in range(pairs):
        if number % 2:
            idle, base = run_ms(), run_ms("-p", "no:cloudlab")
        else:
            base, idle = run_ms("-p", "no:cloudlab"), run_ms()
        added.append(idle - base)
    print(json.dumps({"import": imported, "added": added}))


if __name__ == "__main__":
    main()

"""What the installed but idle plugin adds to a run of pytest: `python -m bench.startup`.

The baseline is the same run with `-p no:cloudlab`; both have pytest-testinfra's own plugin.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.table import machine, publish, table, verdict

GOAL_MS = 5.0


def run_ms(folder: Path, *options: str) -> float:
    started = time.perf_counter()
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "test_one.py"]
    subprocess.run(argv, cwd=folder, check=True, capture_output=True)
    return (time.perf_counter() - started) * 1000


def measured(repetitions: int) -> str:
    with tempfile.TemporaryDirectory(prefix="cloudlab-bench-") as name:
        folder = Path(name)
        (folder / "test_one.py").write_text("def test_one():\n    pass\n")
        (folder / "pytest.ini").write_text("[pytest]\n")
        idle, base = [], []
        run_ms(folder)
        for _ in range(repetitions):
            # One of each in turn: what else the machine does falls on both alike.
            base.append(run_ms(folder, "-p", "no:cloudlab"))
            idle.append(run_ms(folder))
    added = median(after - before for after, before in zip(idle, base, strict=True))
    rows = [
        ["without the plugin", f"{median(base):.1f}"],
        ["with it, idle", f"{median(idle):.1f}"],
        ["added (median of the pairs)", f"{added:.1f}"],
    ]
    lines = [
        table(["a run of pytest with one test, ms", "median"], rows),
        "",
        verdict("start-up", added, GOAL_MS, "ms", at_least=False),
        "",
        f"{machine('pytest', 'pytest-testinfra')}; {repetitions} interleaved pairs.",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=30)
    parser.add_argument("--write", type=Path, help="also put the table into this document")
    options = parser.parse_args()
    publish("bench.startup", measured(options.repetitions), options.write)


if __name__ == "__main__":
    main()

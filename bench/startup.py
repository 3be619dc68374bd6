"""What the installed but idle plugin adds to a run of pytest that collects no lab.

The baseline is the same run with `-p no:cloudlab`; both have the plugins of every other package.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.samples import median_between
from bench.table import at_most, table

GOAL_MS = 5.0
WITHOUT = ("-p", "no:cloudlab")
PROCESSES, PAIRS_INSIDE = 8, 10
IDLE = Path(__file__).with_name("idle.py")
_LISTS_MODULES = (
    "import sys, pytest; pytest.main(sys.argv[1:]); print('modules:', *sorted(sys.modules), file=sys.stderr)"
)


@dataclass(frozen=True)
class Cost:
    wall_ms: float
    cpu_ms: float
    """In user and in kernel mode: what others do on the machine changes this less."""


def run(folder: Path, *options: str) -> Cost:
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "test_one.py"]
    before, started = _children_cpu_s(), time.perf_counter()
    subprocess.run(argv, cwd=folder, check=True, capture_output=True)
    wall_s = time.perf_counter() - started
    return Cost(wall_s * 1000, (_children_cpu_s() - before) * 1000)


def modules(folder: Path, *options: str) -> set[str]:
    """What such a run has imported by its end."""
    argv = [sys.executable, "-c", _LISTS_MODULES, "-q", "-p", "no:cacheprovider", *options, "test_one.py"]
    ran = subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True)
    return set(ran.stderr.rpartition("modules:")[2].split())


def taken_apart(folder: Path) -> tuple[list[float], list[float]]:
    """CPU milliseconds of importing the plugin, one a process, and of a run with it already imported."""
    imports: list[float] = []
    added: list[float] = []
    for _ in range(PROCESSES):
        argv = [sys.executable, str(IDLE), str(PAIRS_INSIDE)]
        ran = subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True)
        found = json.loads(ran.stdout)
        imports.append(found["import"])
        added += found["added"]
    return imports, added


def measured(pairs: int) -> str:
    with tempfile.TemporaryDirectory(prefix="cloudlab-bench-") as name:
        folder = Path(name)
        (folder / "test_one.py").write_text("def test_one():\n    pass\n")
        (folder / "pytest.ini").write_text("[pytest]\n")
        imported = sorted(modules(folder) - modules(folder, *WITHOUT))
        idle: list[Cost] = []
        base: list[Cost] = []
        kinds: list[tuple[list[Cost], tuple[str, ...]]] = [(base, WITHOUT), (idle, ())]
        for number in range(pairs):
            for costs, options in kinds if number % 2 else reversed(kinds):
                costs.append(run(folder, *options))
        imports, added_inside = taken_apart(folder)
    added_wall = [after.wall_ms - before.wall_ms for after, before in zip(idle, base, strict=True)]
    added_cpu = [after.cpu_ms - before.cpu_ms for after, before in zip(idle, base, strict=True)]
    importing, besides = median_between(imports), median_between(added_inside)
    both = (importing[0] + besides[0], importing[1] + besides[1], importing[2] + besides[2])
    rows = [
        [
            name,
            f"{median(cost.wall_ms for cost in costs):.1f}",
            f"{median(cost.cpu_ms for cost in costs):.1f}",
        ]
        for name, costs in (("without the plugin", base), ("with it, idle", idle))
    ]
    rows.append(["added: median of the pairs", f"{median(added_wall):.1f}", f"{median(added_cpu):.1f}"])
    head = [f"a run of pytest with one empty test, {pairs} pairs", "wall, ms", "CPU, ms"]
    lines = [
        table(head, rows),
        "",
        at_most("the plugin's own CPU time, taken apart", both, GOAL_MS, "ms"),
        f"  (importing it {importing[0]:.2f} ms, in {len(imports)} processes; all else {besides[0]:.2f} ms, "
        f"in {len(added_inside)} pairs of runs inside them; medians)",
        at_most("added CPU time of whole runs", median_between(added_cpu), GOAL_MS, "ms"),
        at_most("added wall time of whole runs", median_between(added_wall), GOAL_MS, "ms"),
        f"- modules imported because of the plugin: {len(imported)} ({', '.join(imported)})",
    ]
    return "\n".join(lines)


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

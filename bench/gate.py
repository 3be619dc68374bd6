"""The gate over a course of many pages: `python -m bench.gate`.

The pages are those of the project's own sample course, copied side by side until there are enough. In the
same turns the pages are only rendered with the course's extensions and read as a browser does, one after the
other: what any checker of what students see has to do first.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from bench.machine import description, load
from bench.samples import interleaved, median_between
from bench.table import at_most, table, write
from bench.tree import Spent, run
from pytest_cloudlab.material.configuration import read_configuration
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.reading import read_course

SAMPLE = Path(__file__).parent.parent / "tests" / "material" / "courses" / "correct"
GOAL_S = 2.0
GATE, RENDERING = "cloudlab gate", "rendering alone"
RENDER = """
import datetime, sys
from pathlib import Path
from pytest_cloudlab.material.configuration import read_configuration
from pytest_cloudlab.material.reading import read_course
settings = read_configuration(Path.cwd()).settings
course = read_course(Path.cwd(), settings, today=datetime.date(2026, 3, 2), scheduled=False, touched=None)
sys.exit(0 if all(page.rendered.html for page in course.pages.values()) else 1)
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.gate", description=__doc__)
    parser.add_argument("--pages", type=int, default=50, help="at least; the sample course has nine")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--write", type=Path, metavar="FILE", help="also put it between the marks there")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an option of few: everybody keeps what was compiled
    before = load()
    with tempfile.TemporaryDirectory(prefix="cloudlab-bench-") as name:
        found = measured(_course(Path(name) / "course", options.pages), options.rounds)
    head = f"Taken {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {description()}."
    text = "\n\n".join([head, f"Load: before: {before}; at the end: {load()}.", found])
    print(text)
    if options.write:
        write(text, options.write, program="python -m bench.gate --write")


def measured(root: Path, rounds: int) -> str:
    course = _read(root)
    blocks = sum(len(page.blocks) for page in course.pages.values())
    spent: dict[str, list[Spent]] = {GATE: [], RENDERING: []}

    def contender(name: str, *argv: str) -> Callable[[], None]:
        def take() -> None:
            one = run([sys.executable, *argv], cwd=root, every_s=0.05)
            if one.status != 0:
                raise RuntimeError(one.out[-3000:])
            spent[name].append(one)

        return take

    samples = interleaved(
        {
            GATE: contender(GATE, "-m", "pytest_cloudlab", "gate"),
            RENDERING: contender(RENDERING, "-c", RENDER),
        },
        rounds,
    )
    rows = []
    for name, times_ms in samples.items():
        middle = median_between(times_ms)[0] / 1000
        cpu_s = median_between([one.cpu_s for one in spent[name]])[0]
        rows.append([name, f"{middle:.2f}", f"{cpu_s:.2f}", f"{max(one.peak_mb for one in spent[name]):.0f}"])
    title = f"{len(course.pages)} pages, {blocks} blocks, {course.lines:,} lines"
    value, low, high = (each / 1000 for each in median_between(samples[GATE]))
    goal = at_most(f"{GATE}, {rounds} runs from the start of the process", (value, low, high), GOAL_S, "s")
    return "\n".join([table([title, "wall, s", "CPU, s", "peak memory, MB"], rows), "", goal])


def _course(root: Path, pages: int) -> Path:
    shutil.copytree(SAMPLE, root)
    originals = list((root / "docs").glob("*.md"))
    number = 0
    while len(_read(root).pages) < pages:
        number += 1
        part = root / "docs" / f"part-{number}"
        shutil.copytree(root / "docs" / "img", part / "img")
        shutil.copytree(root / "docs" / "slides", part / "slides")
        for original in originals:
            shutil.copy(original, part)
    return root


def _read(root: Path) -> Course:
    settings = read_configuration(root).settings
    return read_course(root, settings, today=date(2026, 3, 2), scheduled=False, touched=None)


if __name__ == "__main__":
    main()

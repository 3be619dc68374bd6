"""A journal of many observations, and what a gradebook of it takes."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.class_lab import write_lab
from bench.table import table
from bench.tree import run
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.journal.journal import COLUMNS
from pytest_cloudlab.roster import load_roster

TEAMS, CHECKS, ROUNDS = 100, 20, 5
GOAL_S = 2.0
AT = datetime(2025, 11, 21, 9, 0, tzinfo=UTC)
VERDICTS = ("failed", "inconclusive", "failed", "blocked", "failed", "passed", "failed")


def measured(observations: int, folder: Path) -> str:
    rows = []
    for number in sorted({observations // 10, observations}):
        spent = []
        roster = _class(folder / f"book-{number}", number)
        size = (roster.parent / ".cloudlab" / "journal.sqlite").stat().st_size / 1e6
        for _ in range(ROUNDS):
            argv = [sys.executable, "-m", "pytest_cloudlab", "gradebook", str(roster), "--format", "csv",
                    "--out", str(folder / "grades.csv")]  # fmt: skip
            one = run(argv, cwd=folder, every_s=0.02)
            if one.status not in (0, 3):
                raise RuntimeError(one.out)
            spent.append(one)
        wall = median(one.wall_s for one in spent)
        rows.append([f"{number:,}", f"{size:.0f}", f"{wall:.2f}", f"{max(one.peak_mb for one in spent):.0f}"])
    title = f"observations of {TEAMS} members × {CHECKS} checks"
    head = [title, "journal, MB", f"wall, s, median of {ROUNDS}", "peak memory, MB"]
    verdict = "met" if wall <= GOAL_S else "NOT met"
    return "\n".join(
        [
            table(head, rows),
            "",
            f"- `cloudlab gradebook --format csv --out grades.csv` of {observations:,} observations: "
            f"{wall:.2f} s (goal: at most {GOAL_S:g}): {verdict}",
        ]
    )


def _class(folder: Path, observations: int) -> Path:
    """As a class leaves it that was watched: everybody asked again and again."""
    nowhere = Path("/nowhere")
    roster = write_lab(folder, [22] * TEAMS, CHECKS, key=nowhere, known=nowhere, work=nowhere)
    lab, people = load_roster(roster)
    data = folder / ".cloudlab"
    with contextlib.closing(Journal(data / "journal.sqlite")) as journal:
        run_id = journal.start_run(lab.id, read_checks(lab))
        journal.finish_run(run_id)

    def rows() -> Iterator[tuple[object, ...]]:
        names = [check.name for check in read_checks(lab)]
        each = observations // (TEAMS * CHECKS)
        for turn in range(each):
            at = (AT + timedelta(minutes=turn)).isoformat()
            for team, member in people.everyone:
                for place, name in enumerate(names):
                    verdict = VERDICTS[(turn + place) % len(VERDICTS)]
                    yield (run_id, lab.id, team.id, member.id, name, verdict, "" if verdict == "passed" else
                           "It is not in place yet: found nothing, expected a line of text.", "", "", at, 0.1,
                           json.dumps({"found": "nothing", "turn": turn}), "[]", "[]", "", "",
                           "[]")  # fmt: skip

    with contextlib.closing(sqlite3.connect(data / "journal.sqlite")) as connection, connection:
        marks = ", ".join("?" * len(COLUMNS.split(",")))
        connection.executemany(f"insert into observations ({COLUMNS}) values ({marks})", rows())  # noqa: S608
    return roster

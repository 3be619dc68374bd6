"""One member's first verdict, a class over SSH, and its gradebook: `python -m bench.class_`.

Run it from the top of the repository, as root, with OpenSSH's client and server, on a machine that does
nothing else.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import class_ssh, first_verdict, gradebook
from bench.machine import Load, description, load
from bench.table import write


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.class_", description=__doc__)
    parser.add_argument("--teams", type=int, default=100)
    parser.add_argument("--checks", type=int, default=20)
    parser.add_argument("--servers", type=int, default=4, help="SSH servers that the teams share")
    parser.add_argument("--round-trip", type=float, default=40, metavar="MS", help="that a relay adds")
    parser.add_argument("--sequential-teams", type=int, metavar="N",
                        help="plain pytest on N teams only, and what all would take")  # fmt: skip
    parser.add_argument("--observations", type=int, default=1_000_000, help="in the gradebook's journal")
    parser.add_argument("--verdicts", type=int, default=15, metavar="ROUNDS", help="of one member's check")
    parser.add_argument("--only", choices=["class", "gradebook", "verdict"], help="one of the three")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also put it between the marks there")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an option of few: everybody keeps what was compiled
    started, before = time.monotonic(), load()
    loads = [("before", before)]
    parts = []
    with tempfile.TemporaryDirectory(prefix="cloudlab-bench-") as name:
        folder = Path(name)
        # First: it is short, and a machine that was busy for minutes may be slower for a while.
        if options.only in (None, "verdict"):
            parts.append(first_verdict.measured(options.verdicts, folder))
            loads.append(("after the verdicts", load()))
        if options.only in (None, "class"):
            size = class_ssh.Size(
                options.teams,
                options.checks,
                options.servers,
                options.round_trip / 1000,
                options.sequential_teams,
            )
            parts.append(class_ssh.measured(size, folder))
            loads.append(("after the class", load()))
        if options.only in (None, "gradebook"):
            parts.append(gradebook.measured(options.observations, folder))
            loads.append(("after the gradebook", load()))
    took_s = time.monotonic() - started
    head = f"Taken {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {took_s:.0f} s, on {description()}."
    text = "\n\n".join([head, _loads(loads), *parts])
    print(text)
    if options.write:
        write(text, options.write, program="python -m bench.class_ --write")


def _loads(loads: list[tuple[str, Load]]) -> str:
    said = "Load: " + "; ".join(f"{when}: {each}" for when, each in loads) + "."
    if any(each.busy for _, each in loads):
        said += "\n\n**Others were busy on this machine: the times are too long, and ratios uncertain.**"
    return said


if __name__ == "__main__":
    main()

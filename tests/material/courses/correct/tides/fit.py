"""Fits harmonics to readings of the water's height."""

from __future__ import annotations

import argparse
import csv
import json
import math
from pathlib import Path

PERIODS_H = (12.42, 12.0, 25.82, 23.93, 12.66, 6.21, 4.14, 8.18)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=Path, default=Path("data/readings.csv"))
    parser.add_argument("--harmonics", type=int, default=4, choices=range(1, len(PERIODS_H) + 1))
    parser.add_argument("--save", type=Path, metavar="PATH")
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    with options.readings.open(newline="") as file:
        rows = [(float(row["minute"]) / 60, float(row["height_m"])) for row in csv.DictReader(file)]
    mean = sum(height for _, height in rows) / len(rows)
    waves = []
    for period in PERIODS_H[: options.harmonics]:
        turn = 2 * math.pi / period
        a = 2 * sum((h - mean) * math.cos(turn * t) for t, h in rows) / len(rows)
        b = 2 * sum((h - mean) * math.sin(turn * t) for t, h in rows) / len(rows)
        waves.append({"period_h": period, "amplitude_m": math.hypot(a, b), "phase": math.atan2(b, a)})
    model = {"datum_m": mean, "waves": waves}
    if options.save:
        options.save.write_text(json.dumps(model, indent=2))
    if not options.quiet:
        print(f"{len(rows)} readings, {len(waves)} waves")


if __name__ == "__main__":
    main()

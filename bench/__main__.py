"""What a command costs on each target, an idle plugin, and a VM of the twin: `python -m bench`.

Run it from the top of the repository, as root, with a Docker engine, on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import startup, targets, vms
from bench.distance import calibration
from bench.machine import Load, description, load
from bench.table import write


def warnings(*loads: Load) -> str:
    if not any(each.busy for each in loads):
        return ""
    return "**Others were busy on this machine: the times are too long, and differences uncertain.**"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--near", type=int, default=25, metavar="ROUNDS", help="on loopback and in a container"
    )
    parser.add_argument("--far", type=int, default=8, metavar="ROUNDS", help="with a round trip added")
    parser.add_argument("--pairs", type=int, default=60, help="runs of pytest with and without the plugin")
    parser.add_argument("--vms", type=int, default=15, metavar="ROUNDS", help="of booting one VM of the twin")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also put it between the marks there")
    options = parser.parse_args()
    started, before = time.monotonic(), load()
    if before.busy:
        print(f"This machine is busy: {before}. Better measure when it is not.\n", flush=True)
    commands = targets.measured(options.near, options.far)
    between = load()
    pytest_runs = startup.measured(options.pairs)
    before_vms = load()
    booted = vms.measured(options.vms)
    after = load()
    ran = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {time.monotonic() - started:.0f} s"
    parts = [
        f"Taken {ran}, on {description()}.",
        f"Load: before: {before}; after the commands: {between}; before the VMs: {before_vms}; "
        f"at the end: {after}.",
        warnings(before, between, before_vms, after),
        calibration(targets.ROUND_TRIP_S),
        commands,
        pytest_runs,
        booted,
    ]
    text = "\n\n".join(part for part in parts if part)
    print(text)
    if options.write:
        write(text, options.write)


if __name__ == "__main__":
    main()

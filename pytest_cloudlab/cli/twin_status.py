"""`cloudlab twin status`: whether it is up, and what is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec

from pytest_cloudlab.cli.twin_fault import said
from pytest_cloudlab.cli.twin_state import STATE
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.faults import Fault
from pytest_cloudlab.twin.inventory import Inventory, inventory
from pytest_cloudlab.twin.state import Files, TwinInfo

COLUMNS = 80


@click.command()
@STATE
@click.option("--json", "to_json", is_flag=True, help="As JSON.")
def status(state: Path, to_json: bool) -> int:
    """Say whether the twin is up, and what is in it. Exit code 1 when it is not up.

    \b
    Examples:
      cloudlab twin status
      cloudlab twin status --json
    """
    info = control.status(state)
    if info is None:
        ended = Files(state).settings.exists()
        if to_json:
            click.echo(json.dumps({"up": False, "ended": ended}))
        elif ended:
            click.echo("The twin is not up: its process has ended. All it has is still there.")
            click.echo("  → Take it up again: cloudlab twin up")
        else:
            click.echo(f"No twin is up in {state}.")
        return 1
    found = inventory(info)
    if to_json:
        click.echo(json.dumps(_as_json(info, found), indent=2, ensure_ascii=False))
        return 0
    click.echo(f"The twin is up: project {info.project}, proxy on 127.0.0.1:{info.port}, process {info.pid}.")
    for line in _lines(found):
        click.echo(line)
    return 0


def _as_json(info: TwinInfo, found: Inventory) -> dict[str, object]:
    about = {"up": True, "project": info.project, "port": info.port, "pid": info.pid}
    return {**about, "zones": list(info.zones), "state": str(info.state), **msgspec.to_builtins(found)}


def _lines(found: Inventory) -> Iterator[str]:
    vms = [(vm.name, vm.zone, vm.status, vm.address) for vm in found.vms]
    images = [(image.name, ", ".join(image.tags) or "(no tag)") for image in found.images]
    yield from _table("VMs", vms)
    yield from _table("Codespaces", [(one.name, one.repository, one.state) for one in found.codespaces])
    yield from _table("Pods", [(one.name, one.namespace, one.phase) for one in found.pods])
    yield from _table("Buckets", [(name,) for name in found.buckets])
    yield from _table("Images", images)
    yield from _table("Repositories", [(f"github.com/{name}",) for name in found.repositories])
    yield from _table("Faults", [(said(fault), _until(fault)) for fault in found.faults])


def _until(fault: Fault) -> str:
    return f"until {fault.until.astimezone():%H:%M:%S}" if fault.until else "until cleared"


def _table(title: str, rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as they have to be; the last one is cut where the terminal's width ends."""
    yield f"{title}: {len(rows) or 'none'}"
    clean = [tuple(plain(cell, COLUMNS - 4) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*clean, strict=True)]
    for row in clean:
        line = "  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        line = line.rstrip()
        yield line if len(line) <= COLUMNS else line[: COLUMNS - 1] + "…"

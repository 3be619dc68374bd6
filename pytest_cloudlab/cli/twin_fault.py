"""`cloudlab twin fault`: what goes wrong on purpose."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec

from pytest_cloudlab.cli.durations import Duration, shown
from pytest_cloudlab.cli.twin_state import STATE, existing
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin import hosts
from pytest_cloudlab.twin.faults import Fault, Faults, Kind

DAY_S = 86_400
LATENCY_S = 300
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
METRIC = re.compile(r"[A-Z][A-Z0-9_]{1,60}")
PATTERN = re.compile(r"[a-z0-9*?\[\]!-]{1,63}")

ONLY_AT: dict[Kind, tuple[str, ...]] = {
    "quota": ("compute",),
    "no-boot": ("compute",),
    "lost-blob": ("registry", "hub"),
}
OPTIONS: dict[Kind, str] = {"quota": "--quota", "no-boot": "--no-boot", "lost-blob": "--lose-blob"}


@click.command()
@STATE
@click.argument("service", metavar="[SERVICE]", type=click.Choice(list(hosts.SERVICES)), required=False)
@click.option("--status", type=click.IntRange(400, 599), help="It answers every call with this status.")
@click.option("--latency", type=Duration(LATENCY_S), help="Every answer comes this much later: 500ms, 2s.")
@click.option("--quota", metavar="METRIC", help="compute: this quota, e.g. CPUS, is used up.")
@click.option("--no-boot", metavar="NAME", help="compute: new VMs of this name never boot. May have a *.")
@click.option(
    "--lose-blob",
    metavar="[DIGEST]",
    is_flag=False,
    flag_value="any",
    help="registry, hub: that blob is gone; without a digest, every one.",
)
@click.option(
    "--for",
    "for_s",
    type=Duration(DAY_S),
    default="10m",
    show_default=True,
    help="When it ends by itself: 30s, 5m, 1h; a day at most.",
)
@click.option("--list", "listed", is_flag=True, help="Show those that are active.")
@click.option("--clear", is_flag=True, help="End them now: all, or those of SERVICE.")
@click.option("--json", "to_json", is_flag=True, help="With --list: as JSON.")
def fault(
    state: Path,
    service: str | None,
    status: int | None,
    latency: float | None,
    quota: str | None,
    no_boot: str | None,
    lose_blob: str | None,
    for_s: float,
    listed: bool,
    clear: bool,
    to_json: bool,
) -> None:
    """Let something go wrong at SERVICE, for a while.

    Clients meet it as they would meet the real thing. A new status or latency of a service takes the place
    of its former one; another fault is added. SERVICE is one of compute, storage, registry,
    artifactregistry, cloudresourcemanager, serviceusage, tokens, hub, git, github, codespaces, kubernetes,
    harbor, workspaces.

    \b
    Examples:
      cloudlab twin fault compute --status 503 --for 30s
      cloudlab twin fault storage --latency 2s --for 1m
      cloudlab twin fault compute --quota CPUS
      cloudlab twin fault compute --no-boot 'be-*'
      cloudlab twin fault registry --lose-blob
      cloudlab twin fault --list
      cloudlab twin fault --clear
    """
    wanted: dict[Kind, str | None] = {
        "status": None if status is None else str(status),
        "latency": None if latency is None else f"{latency:g}",
        "quota": quota,
        "no-boot": no_boot,
        "lost-blob": "" if lose_blob == "any" else lose_blob,
    }
    asked = {kind: value for kind, value in wanted.items() if value is not None}
    if listed + clear + bool(asked) != 1:
        raise UsageError(
            "say what shall go wrong, or --list, or --clear",
            remedy="For example: cloudlab twin fault compute --status 503 --for 30s",
        )
    faults = Faults(existing(state).faults)
    if clear:
        faults.clear(service or "")
        click.echo(f"No fault is active{f' at {service}' if service else ''}.")
    elif listed:
        _show(faults.active(service=service or ""), to_json)
    else:
        until = datetime.now(UTC) + timedelta(seconds=for_s)
        new = [_fault(kind, service, value, until) for kind, value in asked.items()]
        for one in new:
            faults.add(one)
            click.echo(f"For {shown(for_s)}: {said(one)}.")


def said(fault: Fault) -> str:
    """What it does, in words."""
    match fault.kind:
        case "status":
            return f"{fault.service} answers every call with {fault.value}"
        case "latency":
            return f"{fault.service} answers {shown(float(fault.value))} later"
        case "quota":
            return f"the quota {fault.value} is used up"
        case "no-boot":
            return f"new VMs named {fault.value} do not boot"
        case "lost-blob":
            blob = f"{fault.value[:19]}…" if fault.value else "every blob"
            return f"{fault.service} has lost {blob}"


def _fault(kind: Kind, service: str | None, value: str, until: datetime) -> Fault:
    if service is None:
        raise UsageError("say at which service", remedy=f"One of: {', '.join(hosts.SERVICES)}.")
    if service not in ONLY_AT.get(kind, hosts.SERVICES):
        raise UsageError(f"{OPTIONS[kind]} is not for {service}", remedy=f"Only: {', '.join(ONLY_AT[kind])}.")
    for this, pattern, like in (
        ("quota", METRIC, "CPUS"),
        ("no-boot", PATTERN, "be-*"),
        ("lost-blob", DIGEST, "sha256:64 hexadecimal digits"),
    ):
        any_blob = kind == "lost-blob" and not value
        if kind == this and not any_blob and not pattern.fullmatch(value):
            raise UsageError(f"{OPTIONS[kind]} {value!r}: expected something like {like}")
    return Fault(kind, service, value, until)


def _show(faults: list[Fault], to_json: bool) -> None:
    if to_json:
        click.echo(json.dumps(msgspec.to_builtins(faults), indent=2))
        return
    for fault in faults:
        until = f"{fault.until.astimezone():%H:%M:%S}" if fault.until else "cleared"
        click.echo(f"until {until:<9} {said(fault)}")
    if not faults:
        click.echo("No fault is active.")

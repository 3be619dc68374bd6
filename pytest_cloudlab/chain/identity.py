"""Machines asked who they are, so that one of them that is two, or two that are one, is seen."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress

from pytest_cloudlab.chain.model import Evidence
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target

LOOK_S = 10.0
MAX_BYTES = 64 << 10
_NONCE = re.compile(r"[0-9a-f]{24}")

# For any POSIX sh, as any user: the first folder that takes a file has it, and all are looked through.
_FOLDERS = "/tmp /var/tmp /dev/shm"  # noqa: S108  # of the machine that is asked
_ASK = (
    "cat /proc/sys/kernel/hostname 2>/dev/null || hostname",
    "cat /etc/machine-id 2>/dev/null || cat /var/lib/dbus/machine-id",
    "readlink /proc/self/ns/net",
)
_WRITE = (
    f"for d in {_FOLDERS}; do [ -d $d ] && [ -w $d ] && (umask 022; : > $d/%s) 2>/dev/null "
    "&& echo yes && break; done; true"
)
_FIND = f'for d in {_FOLDERS}; do for f in $d/%s*; do [ -e "$f" ] && echo "${{f##*/}}"; done; done; true'
_FORGET = f"for d in {_FOLDERS}; do rm -f $d/%s; done"


def identify(machines: Mapping[str, Target]) -> dict[str, Evidence | CouldNotLook]:
    """What tells each of the machines from the others; why not, for one that cannot be asked.

    A file of a random name is put on each, all are looked at for all of them, and they are removed again.
    """
    begins = f"cloudlab-hop-{secrets.token_hex(6)}-"
    told: dict[str, Evidence | CouldNotLook] = {}
    try:
        for name, machine in machines.items():
            try:
                told[name] = _written(machine, begins)
            except CouldNotLook as error:
                told[name] = error
        for name, evidence in told.items():
            if isinstance(evidence, Evidence):
                try:
                    told[name] = _looked(machines[name], evidence, begins)
                except CouldNotLook as error:
                    told[name] = error
    finally:
        for name, evidence in told.items():
            if isinstance(evidence, Evidence) and evidence.nonce:
                with suppress(CouldNotLook):
                    machines[name].run(_FORGET, f"{begins}{evidence.nonce}", timeout_s=LOOK_S)
    return told


def evidence_of(machines: Mapping[str, Target]) -> dict[str, Evidence]:
    """As `identify`, for who needs all of them. Raises what the first raised that could not be asked."""
    told: dict[str, Evidence] = {}
    for name, evidence in identify(machines).items():
        if isinstance(evidence, CouldNotLook):
            raise evidence
        told[name] = evidence
    return told


def _written(machine: Target, begins: str) -> Evidence:
    nonce = secrets.token_hex(12)
    commands: list[str | tuple[str, ...]] = [*_ASK, (_WRITE, f"{begins}{nonce}")]
    hostname, machine_id, network, written = machine.run_many(commands, timeout_s=LOOK_S, max_bytes=MAX_BYTES)
    return Evidence(
        hostname=hostname.text[:255],
        machine_id=machine_id.text[:64],
        network="".join(re.findall(r"\d+", network.text[:64])[:1]),
        nonce=nonce if written.text == "yes" else "",
    )


def _looked(machine: Target, evidence: Evidence, begins: str) -> Evidence:
    found = machine.run(_FIND, begins, timeout_s=LOOK_S, max_bytes=MAX_BYTES).text.split("\n")
    nonces = (line.removeprefix(begins) for line in found if line.startswith(begins))
    return Evidence(
        evidence.hostname,
        evidence.machine_id,
        evidence.network,
        evidence.nonce,
        tuple(nonce for nonce in nonces if _NONCE.fullmatch(nonce)),
    )

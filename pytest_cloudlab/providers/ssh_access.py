"""The way into a VM: its address, its host key, its SSH target."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_cloudlab.errors import Forbidden, NotFound
from pytest_cloudlab.providers import host_keys
from pytest_cloudlab.providers.machines import Machines
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.targets.ssh import ssh

if TYPE_CHECKING:
    from pytest_cloudlab.clouds.compute import Instance

ON_ITS_WAY = {"PROVISIONING", "STAGING", "REPAIRING"}


def open_ssh(
    compute: Machines,
    instance: Instance,
    user: str,
    key: Path | None,
    folder: Path,
    trust_new_host_keys: bool,
) -> Target:
    """A target that takes no host key but a known one; `folder` keeps what is known of them.

    Raises `TargetLost` when the VM does not run, when it cannot be reached, or when nobody knows its key.
    """
    address = address_of(instance)
    name = host_keys.alias(instance.id)
    known_hosts = folder / name
    known = host_keys.learn(known_hosts, name, _published(compute, instance))
    if not known and not trust_new_host_keys:
        raise Lost(
            f"nobody knows the host key of the VM {instance.name}: another may answer at {address}",
            remedy="Give the VM the metadata enable-guest-attributes=TRUE and restart it, connect once with "
            "`gcloud compute ssh`, or set trust_new_host_keys = true in the roster.",
            reason="host-key",
        )
    folder.mkdir(parents=True, exist_ok=True)
    return ssh(
        address,
        user=user,
        key=key,
        known_hosts=known_hosts,
        host_key_alias=name,
        # ssh would take a key of another type beside a known one: new keys only where none is known.
        trust_new_host_keys=not known,
    )


def _published(compute: Machines, instance: Instance) -> list[str]:
    try:
        return compute.host_keys(instance.name, instance.zone)
    except (NotFound, Forbidden):
        return []


def address_of(instance: Instance) -> str:
    """Where it can be reached from here. Raises like `open_ssh`."""
    if instance.status in ON_ITS_WAY:
        raise Lost(
            f"the VM {instance.name} is still starting ({instance.status})",
            remedy="Try again in a minute.",
            reason="stopped",
        )
    if instance.status != "RUNNING":
        # Whether it runs is an outcome of its own; of the work on it, a stopped VM says nothing.
        raise Lost(
            f"the VM {instance.name} does not run: it is {instance.status}",
            remedy=f"Start it with `gcloud compute instances start {instance.name} --zone {instance.zone}`.",
            reason="stopped",
        )
    if not instance.external_ip:
        raise Lost(
            f"the VM {instance.name} has no external address to reach it at",
            remedy="Give it one: in the console, Edit > Network interfaces > External IPv4 address.",
        )
    return str(ipaddress.ip_address(instance.external_ip))

"""VMs, disks, addresses and firewall rules of one project on Compute Engine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from pytest_cloudlab.leftovers.leftover import Kind, Leftover, Owner
from pytest_cloudlab.leftovers.naming import Naming
from pytest_cloudlab.leftovers.prices import Prices

if TYPE_CHECKING:
    from pytest_cloudlab.clouds.compute import Compute, Instance


def machines(compute: Compute, naming: Naming, prices: Prices) -> Iterator[Leftover]:
    """VMs by name, each with its disks and its address; then disks that outlived theirs."""
    owners, attached = naming.of("vms"), set[tuple[str, str]]()
    for vm in compute.all_instances():
        attached |= {(disk.name, disk.zone) for disk in vm.disks}
        if vm.name in owners:
            yield _vm(compute, vm, owners[vm.name], prices)
    # A boot disk has the name of the VM that it was made for.
    for disk in compute.all_disks():
        if disk.name in owners and (disk.name, disk.zone) not in attached:
            yield Leftover(
                Kind.DISK,
                disk.name,
                disk.zone,
                owners[disk.name],
                f"{disk.size_gb} GB {disk.type}, attached to nothing",
                prices.disk(disk.type, disk.size_gb),
                partial(compute.delete_disk, disk.name, disk.zone),
            )


def addresses(compute: Compute, naming: Naming, prices: Prices) -> Iterator[Leftover]:
    """Reserved addresses that nothing uses; one in use costs with the VM that uses it."""
    owners = naming.of("addresses")
    for address in compute.addresses():
        if address.name in owners and not address.users:
            yield Leftover(
                Kind.ADDRESS,
                address.name,
                address.region or "global",
                owners[address.name],
                f"{address.address}, used by nothing",
                prices.address(in_use=False),
                partial(compute.delete_address, address.name, address.region),
            )


def firewall_rules(compute: Compute, naming: Naming) -> Iterator[Leftover]:
    """They cost nothing, and leave a port open."""
    owners = naming.of("firewall_rules")
    for rule in compute.firewalls():
        if rule.name in owners:
            yield Leftover(
                Kind.FIREWALL_RULE,
                rule.name,
                compute.project,
                owners[rule.name],
                f"opens {_opened(rule.allowed)}",
                0.0,
                partial(compute.delete_firewall, rule.name),
            )


def _vm(compute: Compute, vm: Instance, owner: Owner, prices: Prices) -> Leftover:
    runs = vm.status not in ("TERMINATED", "SUSPENDED")
    parts = [prices.disk(disk.type, disk.size_gb) for disk in vm.disks]
    if runs:
        parts.append(prices.vm(vm.machine_type))
    if vm.external_ip:
        parts.append(prices.address(in_use=True))
    known = [part for part in parts if part is not None]
    return Leftover(
        Kind.VM,
        vm.name,
        vm.zone,
        owner,
        f"{vm.machine_type}, {'running' if runs else 'stopped, its disk costs'}",
        sum(known) if len(known) == len(parts) else None,
        partial(compute.delete, vm.name, vm.zone),
    )


def _opened(allowed: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    return ", ".join(f"{protocol}:{','.join(ports)}" if ports else protocol for protocol, ports in allowed)

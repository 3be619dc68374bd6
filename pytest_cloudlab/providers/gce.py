"""A VM on Compute Engine: attach to one that runs, or provision one that goes away again."""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_cloudlab.errors import CouldNotLook, NotFound, UsageError
from pytest_cloudlab.providers import key_pair
from pytest_cloudlab.providers.ledger import EXPIRES_LABEL, RUN_LABEL, Entry, Ledger
from pytest_cloudlab.providers.machines import Machines
from pytest_cloudlab.providers.made import Made
from pytest_cloudlab.providers.ssh_access import address_of, open_ssh
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.lost import Lost
from pytest_cloudlab.waiting import Deadline, NotYet, until

if TYPE_CHECKING:
    from pytest_cloudlab.clouds.compute import Instance, InstanceSpec

KIND = "gce"
SHORTEST_TTL_S = 30
"""Compute Engine takes no shorter maxRunDuration."""


class Machine(Made):
    """A running VM that this run made."""

    def __init__(self, compute: Machines, instance: Instance, entry: Entry, ledger: Ledger) -> None:
        super().__init__(entry, ledger)
        self.name = instance.name
        self.instance = instance
        self._compute = compute
        self._target: Target | None = None

    @property
    def target(self) -> Target:
        assert self._target is not None
        return self._target

    def _remove(self) -> None:
        if self._target is not None:
            self._target.close()
        remove(self._compute, self._entry, self.instance.zone)

    def connect(self, user: str, key: Path, *, trust_new_host_keys: bool, within_s: float) -> None:
        """Open the target; its host keys come from the cloud, as soon as the VM has published them."""
        folder = self._ledger.private_folder(self._entry)
        address_of(self.instance)  # one without an address never answers: no need to wait

        def attempt(deadline: Deadline) -> Target:
            try:
                target = open_ssh(self._compute, self.instance, user, key, folder, trust_new_host_keys)
            except Lost as error:
                raise NotYet(error.message) from error
            try:
                target.run("true", timeout_s=max(1.0, min(15.0, deadline.remaining_s())))
            except CouldNotLook as error:
                target.close()
                if isinstance(error, Lost) and error.reason == "host-key":
                    raise
                raise NotYet(error.message) from error
            return target

        self._target = until(attempt, what=f"the VM {self.name} answers SSH", within_s=within_s)


def provision(
    compute: Machines,
    spec: InstanceSpec,
    *,
    ledger: Ledger,
    ttl_s: float,
    ssh_user: str = "cloudlab",
    ssh_key: Path | None = None,
    trust_new_host_keys: bool = False,
    ready_within_s: float = 180,
) -> Machine:
    """Create the VM of `spec` and wait until it answers SSH.

    Compute Engine deletes it after `ttl_s` seconds, whatever became of us. `ssh_key` is a private key
    without passphrase; without one, a pair is made that lives as long as the VM.

    >>> with provision(compute, spec, ledger=ledger, ttl_s=3600) as machine:
    ...     machine.target.run("hostname").ok
    True

    Raises `UsageError` when the name is taken or the API does not accept the spec, `TimedOut` when it
    does not answer SSH in time, and what `compute` raises.
    """
    seconds = math.ceil(ttl_s)
    if seconds < SHORTEST_TTL_S:
        raise UsageError(f"a VM cannot live {ttl_s:g} s", remedy=f"Give a ttl_s of {SHORTEST_TTL_S} or more.")
    entry = ledger.plan(KIND, spec.name, where=f"{compute.project}/{spec.zone}", ttl_s=seconds)
    try:
        key = ssh_key or key_pair.generate(ledger.private_folder(entry))
        instance = compute.create(_complete(spec, entry, f"{ssh_user}:{key_pair.public_half(key)}", seconds))
    except UsageError:
        ledger.mark_released(entry)
        raise
    except BaseException:
        # The API may still be at it: unless it was there to delete, a sweep has to look again.
        with contextlib.suppress(CouldNotLook):
            if remove(compute, entry, spec.zone):
                ledger.mark_released(entry)
        raise
    machine = Machine(compute, instance, entry, ledger)
    try:
        ledger.mark_created(entry)
        machine.connect(ssh_user, key, trust_new_host_keys=trust_new_host_keys, within_s=ready_within_s)
    except BaseException:
        with contextlib.suppress(CouldNotLook):
            machine.release()
        raise
    return machine


def attach(
    compute: Machines,
    name: str,
    zones: Sequence[str],
    *,
    user: str,
    key: Path | None,
    known_hosts_dir: Path,
    trust_new_host_keys: bool = False,
) -> Target:
    """The target of a VM that somebody else runs; nothing here ever deletes it.

    The key it shows has to be one that its guest attributes name; where they name none, one that gcloud
    has recorded; where there is none either, any, but only with `trust_new_host_keys`, and then that one
    is kept in `known_hosts_dir` and no other is taken later.

    Raises `NotFound` when it does not exist, `TargetLost` when it does not run, cannot be reached yet, or
    nobody knows its host key.
    """
    instance = compute.instance(name, zones)
    return open_ssh(compute, instance, user, key, known_hosts_dir, trust_new_host_keys)


def remove(compute: Machines, entry: Entry, zone: str) -> bool:
    """Delete the entry's VM. False when there is none, or another's under its name."""
    try:
        labels = compute.instance(entry.name, [zone]).labels
        if any(labels.get(label) != entry.labels[label] for label in (RUN_LABEL, EXPIRES_LABEL)):
            return False
        compute.delete(entry.name, zone)
    except NotFound:
        return False
    return True


def _complete(spec: InstanceSpec, entry: Entry, ssh_keys: str, seconds: int) -> InstanceSpec:
    keys = "\n".join(filter(None, [spec.metadata.get("ssh-keys", ""), ssh_keys]))
    metadata = {
        **spec.metadata,
        "ssh-keys": keys,
        "enable-guest-attributes": "TRUE",
        # Where a project switches OS Login on for all, keys in metadata would mean nothing.
        "enable-oslogin": "FALSE",
    }
    labels = {**spec.labels, **entry.labels}
    return dataclasses.replace(spec, metadata=metadata, labels=labels, max_run_s=seconds)

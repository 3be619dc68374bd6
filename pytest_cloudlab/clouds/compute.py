"""Asks Compute Engine: VMs, their disks, their host keys; creates and deletes VMs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pytest_cloudlab.clouds.engine_api import EngineApi
from pytest_cloudlab.clouds.instances import Disk, Instance, InstanceSpec
from pytest_cloudlab.clouds.inventory import Inventory
from pytest_cloudlab.errors import NotFound, UsageError
from pytest_cloudlab.waiting import Deadline

__all__ = ["Compute", "Disk", "Instance", "InstanceSpec"]

_HOST_KEY = re.compile(r"(ssh|ecdsa)-[a-z0-9-]{1,40} [A-Za-z0-9+/]{16,8192}={0,2}")


class Compute(Inventory):
    """One project's VMs and what belongs to them.

    >>> Compute("sdd2526").instance("web", ["europe-west1-b"]).status  # doctest: +SKIP
    'RUNNING'

    Questions end within `deadline_s`; creating, deleting, starting and stopping within
    `operation_deadline_s`. All raise `NotFound`, `Forbidden`, `Unreachable`, and `UsageError` in the API's
    own words for what it rejects, quotas included. `credentials` are `google.auth`'s; None: this machine's.
    """

    def __init__(
        self,
        project: str,
        *,
        credentials: Any = None,
        deadline_s: float = 20,
        operation_deadline_s: float = 300,
    ) -> None:
        super().__init__(project, EngineApi(credentials), deadline_s, operation_deadline_s)

    def instance(self, name: str, zones: Sequence[str]) -> Instance:
        """The VM of that name, looked for zone by zone. `NotFound` says which zones were asked."""
        deadline = self._within(self._deadline_s)
        for zone in _some(zones):
            try:
                found = self._instance(name, zone, deadline)
            except NotFound:
                continue
            return Instance.parse(found, self._attached(found, zone, deadline))
        raise NotFound(f"project {self.project} has no VM {name} in {', '.join(zones)}")

    def instances(self, zones: Sequence[str]) -> list[Instance]:
        """All VMs of the zones, stopped ones included."""
        deadline = self._within(self._deadline_s)
        families: dict[str, str] = {}
        result = []
        for zone in _some(zones):
            found = list(self._list("InstancesClient", zone, "VMs", deadline))
            disks = (
                {one.name: one for one in self._list("DisksClient", zone, "disks", deadline)} if found else {}
            )
            result += [
                Instance.parse(one, self._attached(one, zone, deadline, disks, families)) for one in found
            ]
        return result

    def disks(self, zones: Sequence[str]) -> list[Disk]:
        """All disks of the zones, attached or not."""
        deadline = self._within(self._deadline_s)
        families: dict[str, str] = {}
        return [
            self._disk(one, zone, False, deadline, families)
            for zone in _some(zones)
            for one in self._list("DisksClient", zone, "disks", deadline)
        ]

    def create(self, spec: InstanceSpec) -> Instance:
        """Create a VM, and return it once Compute Engine says it is there."""
        request = {"instance_resource": spec.resource()}
        deadline = self._operate_on("insert_unary", spec.zone, f"creating VM {spec.name}", request)
        found = self._instance(spec.name, spec.zone, deadline)
        return Instance.parse(found, self._attached(found, spec.zone, deadline))

    def delete(self, name: str, zone: str) -> None:
        """Delete a VM and wait until it is gone. `NotFound` when there is none."""
        self._operate_on("delete_unary", zone, f"VM {name} in {zone}", {"instance": name})

    def stop(self, name: str, zone: str) -> None:
        self._operate_on("stop_unary", zone, f"VM {name} in {zone}", {"instance": name})

    def start(self, name: str, zone: str) -> None:
        self._operate_on("start_unary", zone, f"VM {name} in {zone}", {"instance": name})

    def host_keys(self, name: str, zone: str) -> list[str]:
        """The SSH host keys that the VM has published, e.g. `["ssh-ed25519 AAAA…"]`.

        `NotFound` when it has published none (yet), or when guest attributes are switched off for it.
        """
        request = {
            "project": self.project, "zone": zone, "instance": name, "query_path": "hostkeys/",
        }  # fmt: skip
        what = f"published host keys of VM {name} in {zone}"
        deadline = self._within(self._deadline_s)
        found = self._api.call("InstancesClient", "get_guest_attributes", request, what, deadline)
        lines = [f"{item.key} {item.value.strip()}" for item in found.query_value.items]
        # The VM itself wrote these: only what can stand in a known_hosts file is passed on.
        keys = [line for line in lines if _HOST_KEY.fullmatch(line)]
        if not keys:
            raise NotFound(f"Compute Engine has no {what}")
        return keys

    def set_metadata(self, name: str, zone: str, key: str, value: str) -> None:
        """Set one metadata entry of a VM and leave the others.

        Raises `UsageError` when somebody else changed the metadata at the same moment.
        """
        what = f"VM {name} in {zone}"
        found = self._instance(name, zone, self._within(self._deadline_s)).metadata
        items = [{"key": item.key, "value": item.value} for item in found.items if item.key != key]
        resource = {"fingerprint": found.fingerprint, "items": [*items, {"key": key, "value": value}]}
        request = {"instance": name, "metadata_resource": resource}
        self._operate_on("set_metadata_unary", zone, what, request)

    def _operate_on(self, method: str, zone: str, what: str, request: dict[str, Any]) -> Deadline:
        return self._operate("InstancesClient", method, {"zone": zone}, what, request)

    def _instance(self, name: str, zone: str, deadline: Deadline) -> Any:
        request = {"project": self.project, "zone": zone, "instance": name}
        return self._api.call("InstancesClient", "get", request, f"VM {name} in {zone}", deadline)

    def _list(self, client: str, zone: str, what: str, deadline: Deadline) -> Iterator[Any]:
        return self._pages(client, {"project": self.project, "zone": zone}, f"{what} in {zone}", deadline)


def _some(zones: Sequence[str]) -> Sequence[str]:
    if not zones:
        raise UsageError("no zones are named", remedy="Name the course's zones in the roster: zones = [...]")
    return zones

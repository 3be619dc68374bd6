"""The firewall rules of a project: every change reaches the VMs before its operation is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.firewall import firewall
from pytest_cloudlab.twin.compute.operations import Operations
from pytest_cloudlab.twin.compute.resources import GLOBAL, Resource, Resources


class Firewalls(Resources):
    """`spread` brings the rules to all VMs."""

    def __init__(self, project: str, operations: Operations, spread: Callable[[], Awaitable[None]]) -> None:
        super().__init__(project, "firewalls")
        self._name = project
        self._operations = operations
        self._spread = spread

    def insert(self, body: Resource) -> Resource:
        rule = firewall(self._name, body)
        self.add(GLOBAL, rule)
        return self._changed("insert", rule)

    def patch(self, name: str, body: Resource) -> Resource:
        """What `body` does not name stays as it is."""
        return self._replace("patch", name, self.get(GLOBAL, name) | body)

    def update(self, name: str, body: Resource) -> Resource:
        self.get(GLOBAL, name)
        return self._replace("update", name, {"name": name} | body)

    def delete(self, name: str) -> Resource:
        rule = self.get(GLOBAL, name)
        self.remove(GLOBAL, name)
        return self._changed("delete", rule)

    def _replace(self, kind: str, name: str, body: Resource) -> Resource:
        old, new = self.get(GLOBAL, name), firewall(self._name, body)
        if new["name"] != name:
            raise ApiError(400, "Invalid value for field 'resource.name': a firewall rule keeps its name.")
        old_identity = {key: old[key] for key in ("id", "creationTimestamp")}
        self.remove(GLOBAL, name)
        self.add(GLOBAL, new | old_identity)
        return self._changed(kind, new | old_identity)

    def _changed(self, kind: str, rule: Resource) -> Resource:
        return self._operations.start(kind, self._spread(), target=rule["selfLink"], target_id=rule["id"])

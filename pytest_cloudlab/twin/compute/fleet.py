"""The VMs of a project, and what may be asked of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.containers import Containers
from pytest_cloudlab.twin.compute.instance import Instance, described, tags
from pytest_cloudlab.twin.compute.life import Life
from pytest_cloudlab.twin.compute.links import fingerprint
from pytest_cloudlab.twin.compute.metadata import metadata, require_fingerprint, true
from pytest_cloudlab.twin.compute.operations import nothing
from pytest_cloudlab.twin.compute.quota import refusal
from pytest_cloudlab.twin.compute.resources import Resource
from pytest_cloudlab.twin.compute.wall import Wall
from pytest_cloudlab.twin.faults import Faults

if TYPE_CHECKING:
    from pytest_cloudlab.twin.compute.project import Project


class Fleet:
    def __init__(self, project: Project, containers: Containers, faults: Faults) -> None:
        self._project = project
        self._containers = containers
        self._faults = faults
        self._instances: dict[tuple[str, str], Instance] = {}
        self.wall = Wall(containers, project.rules, self.all)
        self.life = Life(project, containers, faults, self.wall, self._instances)

    async def get(self, zone: str, name: str) -> Instance:
        """As it is now: a VM whose container has ended is TERMINATED. Raises `ApiError` 404."""
        await self.life.look()
        try:
            return self._instances[self._project.zone(zone), name]
        except KeyError:
            raise ApiError(404, f"The resource '{self._path(zone, name)}' was not found") from None

    async def at(self, zone: str) -> list[Instance]:
        await self.life.look()
        return [instance for (where, _), instance in self._instances.items() if where == zone]

    def all(self) -> list[Instance]:
        """As they were when they were last looked at."""
        return list(self._instances.values())

    def insert(self, zone: str, body: Resource) -> Resource:
        own = self._project
        instance, disk = described(own.name, own.zone(zone), body, self._containers.prefix)
        if (zone, instance.name) in self._instances:
            raise ApiError(409, f"The resource '{self._path(zone, instance.name)}' already exists")
        own.disks.require_free(f"zones/{zone}", disk["name"])
        if error := refusal(self._faults, own.name, zone):
            return self._change("insert", instance, _fail(error))
        wanted = next((config.pop("natIP", "") for config in instance.public), "")
        if wanted:
            own.addresses.take(zone.rpartition("-")[0], wanted, instance.resource["selfLink"])
        instance.address = wanted or own.free_address()
        self._instances[zone, instance.name] = instance
        own.disks.add(f"zones/{zone}", disk)
        return self._change("insert", instance, self.life.create(instance))

    async def delete(self, zone: str, name: str) -> Resource:
        instance = await self.get(zone, name)
        if instance.resource["deletionProtection"]:
            raise ApiError(400, f"Resource cannot be deleted if it's protected against deletion: '{name}'.")
        return self._change("delete", instance, self.life.remove(instance))

    async def stop(self, zone: str, name: str) -> Resource:
        instance = await self.get(zone, name)
        return self._change("stop", instance, self.life.halt(instance))

    async def start(self, zone: str, name: str) -> Resource:
        instance = await self.get(zone, name)
        return self._change("start", instance, self.life.resume(instance))

    async def reset(self, zone: str, name: str) -> Resource:
        instance = await self.get(zone, name)
        return self._change("reset", instance, self.life.reset(instance))

    async def set_metadata(self, zone: str, name: str, body: Resource) -> Resource:
        instance = await self.get(zone, name)
        current = instance.resource["metadata"]["fingerprint"]
        require_fingerprint(body.get("fingerprint", ""), current, what="metadata")
        instance.resource["metadata"] = metadata(body)
        return self._change("setMetadata", instance, self.spread_accounts([instance]))

    async def set_labels(self, zone: str, name: str, body: Resource) -> Resource:
        instance = await self.get(zone, name)
        current = instance.resource["labelFingerprint"]
        require_fingerprint(body.get("labelFingerprint", ""), current, what="label")
        labels = dict(body.get("labels") or {})
        instance.resource |= {"labels": labels, "labelFingerprint": fingerprint(labels)}
        return self._change("setLabels", instance, nothing())

    async def set_tags(self, zone: str, name: str, body: Resource) -> Resource:
        instance = await self.get(zone, name)
        require_fingerprint(
            body.get("fingerprint", ""), instance.resource["tags"]["fingerprint"], what="tags"
        )
        instance.resource["tags"] = tags(body)
        return self._change("setTags", instance, self.wall.spread())

    async def host_keys(self, instance: Instance) -> dict[str, str]:
        """What the guest agent has written of them: nothing unless `enable-guest-attributes` is set."""
        enabled = "enable-guest-attributes"
        asked = true(instance.resource["metadata"], enabled) or true(self._project.metadata, enabled)
        if instance.resource["status"] != "RUNNING" or instance.hangs or not asked:
            return {}
        return await asyncio.to_thread(self._containers.host_keys, instance)

    async def spread_accounts(self, instances: Iterable[Instance]) -> None:
        for instance in list(instances):
            async with instance.busy:
                if instance.resource["status"] == "RUNNING" and not instance.hangs:
                    accounts = self.life.accounts(instance)
                    await asyncio.to_thread(self._containers.set_accounts, instance, accounts)

    def _change(self, kind: str, instance: Instance, work: Awaitable[None]) -> Resource:
        target, identity = instance.resource["selfLink"], instance.resource["id"]
        return self._project.operations.start(kind, work, target=target, target_id=identity)

    def _path(self, zone: str, name: str) -> str:
        return f"projects/{self._project.name}/zones/{zone}/instances/{name}"


async def _fail(error: ApiError) -> None:
    raise error

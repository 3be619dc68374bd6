"""One project: its instances, disks, operations and metadata, and what may be done to them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.containers import Containers
from pytest_cloudlab.twin.compute.instance import Instance, described
from pytest_cloudlab.twin.compute.links import fingerprint, link, new_id, now
from pytest_cloudlab.twin.compute.metadata import Resource, metadata, require_fingerprint, true, value
from pytest_cloudlab.twin.compute.operations import Operations

Key = tuple[str, str]
"""Zone and name."""


class Project:
    def __init__(self, name: str, zones: tuple[str, ...], containers: Containers) -> None:
        self.name = name
        self.zones = zones
        self.operations = Operations(name)
        self.disks: dict[Key, Resource] = {}
        self.metadata = metadata(None)
        self._id = new_id()
        self._created = now()
        self._containers = containers
        self._instances: dict[Key, Instance] = {}

    def resource(self) -> Resource:
        return {
            "kind": "compute#project",
            "id": self._id,
            "creationTimestamp": self._created,
            "name": self.name,
            "commonInstanceMetadata": self.metadata,
            "defaultServiceAccount": f"{self.name}-compute@developer.gserviceaccount.com",
            "defaultNetworkTier": "PREMIUM",
            "xpnProjectStatus": "UNSPECIFIED_XPN_PROJECT_STATUS",
            "selfLink": link(self.name),
        }

    def zone(self, name: str) -> str:
        """Raises `ApiError`: 404 as for any missing resource."""
        if name not in self.zones:
            raise ApiError(404, f"The resource 'projects/{self.name}/zones/{name}' was not found")
        return name

    async def instance(self, zone: str, name: str) -> Instance:
        """As it is now: a VM whose container has ended is TERMINATED. Raises `ApiError` 404."""
        await self._look()
        try:
            return self._instances[self.zone(zone), name]
        except KeyError:
            raise self._missing(zone, "instances", name) from None

    async def instances(self, zone: str) -> list[Instance]:
        await self._look()
        return [instance for (where, _), instance in self._instances.items() if where == zone]

    def disk(self, zone: str, name: str) -> Resource:
        try:
            return self.disks[self.zone(zone), name]
        except KeyError:
            raise self._missing(zone, "disks", name) from None

    def disks_in(self, zone: str) -> list[Resource]:
        return [disk for (where, _), disk in self.disks.items() if where == zone]

    def delete_disk(self, zone: str, name: str) -> Resource:
        disk = self.disk(zone, name)
        if users := disk.get("users"):
            own, user = (link.partition("/projects/")[2] for link in (disk["selfLink"], users[0]))
            message = f"The disk resource 'projects/{own}' is already being used by 'projects/{user}'"
            raise ApiError(400, message, reason="resourceInUseByAnotherResource")
        del self.disks[zone, name]
        target, identity = disk["selfLink"], disk["id"]
        return self.operations.start("delete", _nothing(), target=target, target_id=identity, zone=zone)

    def insert(self, zone: str, body: Resource) -> Resource:
        instance, disk = described(self.name, self.zone(zone), body, self._containers.prefix)
        key, disk_key = (zone, instance.name), (zone, str(disk["name"]))
        for taken, kind, name in (
            (key in self._instances, "instances", key[1]),
            (disk_key in self.disks, "disks", disk_key[1]),
        ):
            if taken:
                raise ApiError(
                    409, f"The resource 'projects/{self.name}/zones/{zone}/{kind}/{name}' already exists"
                )
        self._instances[key] = instance
        self.disks[disk_key] = disk
        return self._change("insert", instance, self._create(instance))

    async def delete(self, zone: str, name: str) -> Resource:
        instance = await self.instance(zone, name)
        if instance.resource["deletionProtection"]:
            raise ApiError(400, f"Resource cannot be deleted if it's protected against deletion: '{name}'.")
        return self._change("delete", instance, self._remove(instance))

    async def stop(self, zone: str, name: str) -> Resource:
        instance = await self.instance(zone, name)
        return self._change("stop", instance, self._halt(instance))

    async def start(self, zone: str, name: str) -> Resource:
        instance = await self.instance(zone, name)
        return self._change("start", instance, self._resume(instance))

    async def set_metadata(self, zone: str, name: str, body: Resource) -> Resource:
        instance = await self.instance(zone, name)
        require_fingerprint(
            body.get("fingerprint", ""), instance.resource["metadata"]["fingerprint"], what="metadata"
        )
        instance.resource["metadata"] = metadata(body)
        return self._change("setMetadata", instance, self._spread([instance]))

    async def set_labels(self, zone: str, name: str, body: Resource) -> Resource:
        instance = await self.instance(zone, name)
        require_fingerprint(
            body.get("labelFingerprint", ""), instance.resource["labelFingerprint"], what="label"
        )
        labels = dict(body.get("labels") or {})
        instance.resource |= {"labels": labels, "labelFingerprint": fingerprint(labels)}
        return self._change("setLabels", instance, _nothing())

    def set_common_metadata(self, body: Resource) -> Resource:
        require_fingerprint(body.get("fingerprint", ""), self.metadata["fingerprint"], what="metadata")
        self.metadata = metadata(body)
        work = self._spread(list(self._instances.values()))
        target = self.resource()
        kind = "compute.projects.setCommonInstanceMetadata"
        return self.operations.start(kind, work, target=target["selfLink"], target_id=self._id)

    async def host_keys(self, instance: Instance) -> dict[str, str]:
        """What the guest agent has written of them: nothing unless `enable-guest-attributes` is set."""
        enabled = "enable-guest-attributes"
        if instance.resource["status"] != "RUNNING" or not (
            true(instance.resource["metadata"], enabled) or true(self.metadata, enabled)
        ):
            return {}
        return await asyncio.to_thread(self._containers.host_keys, instance)

    async def close(self) -> None:
        for instance in self._instances.values():
            if instance.expiry:
                instance.expiry.cancel()
        await self.operations.close()

    def _change(self, kind: str, instance: Instance, work: Awaitable[None]) -> Resource:
        target, identity = instance.resource["selfLink"], instance.resource["id"]
        return self.operations.start(kind, work, target=target, target_id=identity, zone=instance.zone)

    async def _create(self, instance: Instance) -> None:
        async with instance.busy:
            instance.resource["status"] = "STAGING"
            try:
                await self._up(instance, self._containers.run)
            except BaseException:
                self._forget(instance)
                raise

    async def _resume(self, instance: Instance) -> None:
        async with instance.busy:
            if instance.resource["status"] == "TERMINATED":
                instance.resource["status"] = "STAGING"
                await self._up(instance, self._containers.start)

    async def _up(self, instance: Instance, boot: Callable[[Instance, str], str]) -> None:
        address = await asyncio.to_thread(boot, instance, self._accounts(instance))
        instance.resource["networkInterfaces"][0]["networkIP"] = address
        for config in instance.public:
            config["natIP"] = address
        instance.resource |= {"lastStartTimestamp": now(), "status": "RUNNING"}
        if instance.run_for_s:
            clock = asyncio.get_running_loop()
            instance.expiry = clock.call_later(instance.run_for_s, self._expire, instance)

    async def _halt(self, instance: Instance) -> None:
        async with instance.busy:
            if instance.resource["status"] == "RUNNING":
                instance.resource["status"] = "STOPPING"
                await asyncio.to_thread(self._containers.stop, instance)
                self._ended(instance)

    async def _remove(self, instance: Instance) -> None:
        async with instance.busy:
            if self._instances.get((instance.zone, instance.name)) is not instance:
                return
            instance.resource["status"] = "STOPPING"
            await asyncio.to_thread(self._containers.remove, instance)
            self._forget(instance)

    def _expire(self, instance: Instance) -> None:
        if instance.resource["scheduling"]["instanceTerminationAction"] == "DELETE":
            self._change("delete", instance, self._remove(instance))
        else:
            self._change("stop", instance, self._halt(instance))

    def _forget(self, instance: Instance) -> None:
        if instance.expiry:
            instance.expiry.cancel()
        self._instances.pop((instance.zone, instance.name), None)
        for attached in instance.resource["disks"]:
            key = instance.zone, attached["source"].rpartition("/")[2]
            if attached["autoDelete"]:
                self.disks.pop(key, None)
            elif key in self.disks:
                self.disks[key].pop("users", None)

    async def _look(self) -> None:
        """A guest that shut itself down, or lost its container, is seen as TERMINATED; a paused container is
        a VM that runs and does not answer."""
        running = [each for each in self._instances.values() if each.resource["status"] == "RUNNING"]
        if not running:
            return
        states = await asyncio.to_thread(self._containers.states)
        for instance in running:
            ended = states.get(instance.container, "gone") not in ("running", "paused", "restarting")
            if ended and instance.resource["status"] == "RUNNING":
                self._ended(instance)

    def _ended(self, instance: Instance) -> None:
        instance.resource |= {"status": "TERMINATED", "lastStopTimestamp": now()}
        if instance.expiry:
            instance.expiry.cancel()
        for config in instance.public:
            config.pop("natIP", None)

    async def _spread(self, instances: list[Instance]) -> None:
        for instance in instances:
            async with instance.busy:
                if instance.resource["status"] == "RUNNING":
                    await asyncio.to_thread(self._containers.set_accounts, instance, self._accounts(instance))

    def _accounts(self, instance: Instance) -> str:
        own = value(instance.resource["metadata"], "ssh-keys")
        if true(instance.resource["metadata"], "block-project-ssh-keys"):
            return own
        return f"{value(self.metadata, 'ssh-keys')}\n{own}".strip()

    def _missing(self, zone: str, kind: str, name: str) -> ApiError:
        return ApiError(404, f"The resource 'projects/{self.name}/zones/{zone}/{kind}/{name}' was not found")


async def _nothing(*_: Any) -> None:
    """Work that is done when it is asked for."""

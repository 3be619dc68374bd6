"""How a VM comes up, goes down and ends."""

from __future__ import annotations

import asyncio
import fnmatch
import logging
import time
from collections.abc import Iterable, MutableMapping
from typing import TYPE_CHECKING

from pytest_cloudlab.twin.compute.agent import Agent
from pytest_cloudlab.twin.compute.containers import Boot, Containers
from pytest_cloudlab.twin.compute.instance import Instance
from pytest_cloudlab.twin.compute.links import now
from pytest_cloudlab.twin.compute.metadata import true, value
from pytest_cloudlab.twin.compute.wall import Wall
from pytest_cloudlab.twin.engine import EngineError
from pytest_cloudlab.twin.faults import Faults

if TYPE_CHECKING:
    from pytest_cloudlab.twin.compute.project import Project

_log = logging.getLogger(__name__)

ALIVE = ("running", "paused", "restarting")
"""States of a container whose VM runs: one that is paused runs and does not answer."""


class Life:
    def __init__(
        self,
        project: Project,
        containers: Containers,
        faults: Faults,
        wall: Wall,
        instances: MutableMapping[tuple[str, str], Instance],
    ) -> None:
        self._project = project
        self._containers = containers
        self._faults = faults
        self._wall = wall
        self._instances = instances
        self._agent = Agent(project.save)

    async def create(self, instance: Instance) -> None:
        async with instance.busy:
            instance.resource["status"] = "STAGING"
            try:
                await self._boot(instance, self._containers.run)
            except BaseException:
                self._forget(instance)
                raise
        await self._wall.announce()

    async def resume(self, instance: Instance) -> None:
        async with instance.busy:
            if instance.resource["status"] == "TERMINATED":
                instance.resource["status"] = "STAGING"
                instance.expires = 0
                await self._boot(instance, self._containers.start)

    async def halt(self, instance: Instance) -> None:
        async with instance.busy:
            if instance.resource["status"] == "RUNNING":
                instance.resource["status"] = "STOPPING"
                await asyncio.to_thread(self._containers.stop, instance)
                self._ended(instance)

    async def reset(self, instance: Instance) -> None:
        async with instance.busy:
            if instance.resource["status"] == "RUNNING":
                await asyncio.to_thread(self._containers.stop, instance)
                _cancel(instance)
                await self._boot(instance, self._containers.start)

    async def remove(self, instance: Instance) -> None:
        async with instance.busy:
            if self._instances.get((instance.zone, instance.name)) is not instance:
                return
            instance.resource["status"] = "STOPPING"
            await asyncio.to_thread(self._containers.remove, instance)
            self._forget(instance)
        await self._wall.announce()

    async def look(self) -> None:
        """A guest that shut itself down, or lost its container, is seen as TERMINATED."""
        running = [
            each
            for each in self._instances.values()
            # One that is being changed right now is seen when that is done.
            if each.resource["status"] == "RUNNING" and not each.busy.locked()
        ]
        if not running:
            return
        states = await asyncio.to_thread(self._containers.states)
        for instance in running:
            ended = states.get(instance.container) not in ALIVE
            if ended and instance.resource["status"] == "RUNNING":
                self._ended(instance)
                self._project.save()

    async def adopt(self, instances: Iterable[Instance]) -> None:
        """Take over the VMs of an earlier process, as far as their containers are there."""
        states = await asyncio.to_thread(self._containers.states)
        running = []
        for instance in instances:
            self._instances[instance.zone, instance.name] = instance
            state = states.get(instance.container)
            if not state and instance.resource["status"] in ("PROVISIONING", "STAGING"):
                self._forget(instance)
            elif state in ALIVE:
                running.append(self._adopt(instance))
            elif instance.resource["status"] != "TERMINATED":
                self._ended(instance)
        await asyncio.gather(*running)

    async def _adopt(self, instance: Instance) -> None:
        try:
            await self._up(instance, self._containers.boot)
        except EngineError as error:
            # One that does not answer must not keep the others from being taken over.
            _log.warning("%s: %s", instance.container, error.message)
            self._runs(instance)
        if not instance.declared and not instance.hangs:
            self._agent.start(instance)

    async def close(self) -> None:
        agents = [instance.agent for instance in self._instances.values() if instance.agent]
        for agent in agents:
            agent.cancel()
        await asyncio.gather(*agents, return_exceptions=True)
        for instance in self._instances.values():
            if instance.expiry:
                instance.expiry.cancel()

    def accounts(self, instance: Instance) -> str:
        """The `ssh-keys` that count for it."""
        own = value(instance.resource["metadata"], "ssh-keys")
        if true(instance.resource["metadata"], "block-project-ssh-keys"):
            return own
        return f"{value(self._project.metadata, 'ssh-keys')}\n{own}".strip()

    async def _boot(self, instance: Instance, boot: Boot) -> None:
        hung = [fault.value for fault in self._faults.active("no-boot")]
        instance.hangs = any(fnmatch.fnmatchcase(instance.name, pattern or "*") for pattern in hung)
        instance.declared = False
        instance.serial.write("kernel", f"{instance.name} boots {instance.image.name}")
        await self._up(instance, boot)
        instance.resource["lastStartTimestamp"] = now()
        if not instance.hangs:
            instance.serial.write("systemd", "Started the OpenSSH server and the Docker engine.")
            self._agent.start(instance)

    async def _up(self, instance: Instance, boot: Boot) -> None:
        await asyncio.to_thread(boot, instance, self.accounts(instance), self._wall.table(instance))
        self._runs(instance)

    def _runs(self, instance: Instance) -> None:
        instance.resource["networkInterfaces"][0]["networkIP"] = instance.address
        for config in instance.public:
            config["natIP"] = instance.address
        instance.resource["status"] = "RUNNING"
        if instance.run_for_s:
            instance.expires = instance.expires or time.time() + instance.run_for_s
            left_s = max(instance.expires - time.time(), 0)
            instance.expiry = asyncio.get_running_loop().call_later(left_s, self._expire, instance)

    def _expire(self, instance: Instance) -> None:
        if instance.resource["scheduling"]["instanceTerminationAction"] == "DELETE":
            kind, work = "delete", self.remove(instance)
        else:
            kind, work = "stop", self.halt(instance)
        target, identity = instance.resource["selfLink"], instance.resource["id"]
        self._project.operations.start(kind, work, target=target, target_id=identity)

    def _ended(self, instance: Instance) -> None:
        instance.resource |= {"status": "TERMINATED", "lastStopTimestamp": now()}
        _cancel(instance)
        for config in instance.public:
            config.pop("natIP", None)

    def _forget(self, instance: Instance) -> None:
        _cancel(instance)
        self._instances.pop((instance.zone, instance.name), None)
        self._project.addresses.release(instance.resource["selfLink"])
        place = f"zones/{instance.zone}"
        for attached in instance.resource["disks"]:
            name = attached["source"].rpartition("/")[2]
            if attached["autoDelete"]:
                self._project.disks.remove(place, name)
            elif disk := self._project.disks.find(place, name):
                disk.pop("users", None)


def _cancel(instance: Instance) -> None:
    for pending in (instance.expiry, instance.agent):
        if pending:
            pending.cancel()

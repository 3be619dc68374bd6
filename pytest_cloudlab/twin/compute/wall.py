"""Keeps every VM's firewall as the project's rules say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pytest_cloudlab.twin.compute import iptables
from pytest_cloudlab.twin.compute.containers import Containers
from pytest_cloudlab.twin.compute.instance import Instance
from pytest_cloudlab.twin.compute.resources import Resource

BY_IDENTITY = ("sourceTags", "sourceServiceAccounts")


class Wall:
    """`rules` and `instances` say what is there now."""

    def __init__(
        self,
        containers: Containers,
        rules: Callable[[], list[Resource]],
        instances: Callable[[], list[Instance]],
    ) -> None:
        self._containers = containers
        self._rules = rules
        self._instances = instances

    def table(self, instance: Instance) -> str:
        """What its kernel is to be told."""
        if instance.hangs:
            return iptables.SHUT
        return iptables.table(self._rules(), instance.resource, self._sources)

    async def spread(self) -> None:
        """Bring the rules to every VM that runs; one that is starting takes them by itself."""
        await asyncio.gather(*(self._guard(instance) for instance in self._instances()))

    async def announce(self) -> None:
        """A VM has come or gone: rules whose source is a tag or an account mean other addresses now."""
        if any(key in rule for rule in self._rules() for key in BY_IDENTITY):
            await self.spread()

    async def _guard(self, instance: Instance) -> None:
        async with instance.busy:
            if instance.resource["status"] == "RUNNING":
                await asyncio.to_thread(self._containers.guard, instance, self.table(instance))

    def _sources(self, rule: Resource) -> list[str]:
        tags, accounts = ({*rule.get(key, ())} for key in BY_IDENTITY)
        return [
            each.address
            for each in self._instances()
            if tags & {*each.resource["tags"].get("items", ())}
            or accounts & {account["email"] for account in each.resource["serviceAccounts"]}
        ]

"""How pods come up, are kept up, and end: the scheduler and the node's agent in one."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from pytest_cloudlab.twin.engine import EngineError
from pytest_cloudlab.twin.kubernetes import pod_status as status
from pytest_cloudlab.twin.kubernetes.containers import Containers
from pytest_cloudlab.twin.kubernetes.events import tell
from pytest_cloudlab.twin.kubernetes.kinds import PODS, Object
from pytest_cloudlab.twin.kubernetes.moment import now
from pytest_cloudlab.twin.kubernetes.preparation import Preparation
from pytest_cloudlab.twin.kubernetes.store import Store

_log = logging.getLogger(__name__)

AGAIN_S = 5
"""How long it is waited for what a pod lacks before it is looked for again."""
FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 10, 300


@dataclass
class _Running:
    """A pod that is looked after."""

    pod: Object
    task: asyncio.Task[None] | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    volumes: dict[str, str] = field(default_factory=dict)

    @property
    def deleting(self) -> bool:
        return "deletionTimestamp" in self.pod["metadata"]


class Kubelet:
    def __init__(self, store: Store, containers: Containers) -> None:
        self._store = store
        self._containers = containers
        self._preparation = Preparation(store, containers)
        self._running: dict[str, _Running] = {}
        """By uid."""
        self._work: set[asyncio.Task[None]] = set()
        self._watching = False

    def open(self) -> None:
        """Look after the pods that an earlier process of the same twin had."""
        for pod in self._store.all(PODS):
            self.take(pod)
            if "deletionTimestamp" in pod["metadata"]:
                self._begin(self._end(self._running[pod["metadata"]["uid"]], 0))

    async def close(self) -> None:
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    def take(self, pod: Object) -> None:
        """Look after that pod from now on."""
        one = self._running[pod["metadata"]["uid"]] = _Running(pod)
        one.task = self._begin(self._live(one))
        if not self._watching:
            self._watching = True
            self._begin(self._watch())

    def delete(self, pod: Object, grace_s: int) -> None:
        """It is on its way out, and gone a little later; with no grace at all, it is gone at once."""
        one = self._running[pod["metadata"]["uid"]]
        if not one.deleting:
            pod["metadata"]["deletionTimestamp"] = now()
            pod["metadata"]["deletionGracePeriodSeconds"] = grace_s
            self._store.put(PODS, pod)
            tell(self._store, pod, "Killing", "Stopping its containers")
            self._begin(self._end(one, grace_s))
        if not grace_s:
            self._store.remove(PODS, pod)

    async def _live(self, one: _Running) -> None:
        pod = one.pod
        if pod["status"]["phase"] in status.ENDED:
            return
        while (volumes := await self._preparation.prepare(pod)) is None:
            await self._sleep(one, AGAIN_S)
            if one.deleting:
                return
        one.volumes = volumes
        waits: dict[str, int] = {}
        while not one.deleting and pod["status"]["phase"] not in status.ENDED:
            pause_s = await self._keep_up(one, waits)
            if pod["status"]["phase"] not in status.ENDED:
                await self._sleep(one, pause_s)

    async def _keep_up(self, one: _Running, waits: dict[str, int]) -> float | None:
        """Start what has to run and does not. Returns after how long to look again; None: when woken."""
        pod, pause, before = one.pod, None, copy.deepcopy(one.pod["status"])
        for spec in pod["spec"]["containers"]:
            name = spec["name"]
            if one.deleting:
                return None
            with contextlib.suppress(EngineError):  # one that was never made
                if "containerID" in status.of(pod, name):
                    status.seen(pod, spec, await asyncio.to_thread(self._containers.state, pod, name))
            if status.runs(pod, name) or not _wanted(pod, name):
                continue
            ended = "terminated" in status.of(pod, name).get("state", {})
            if ended and waits.get(name):
                status.waiting(pod, "CrashLoopBackOff", "back-off restarting failed container", only=name)
                tell(
                    self._store, pod, "BackOff", f"Back-off restarting failed container {name}", warning=True
                )
                pause, waits[name] = float(waits[name]), min(2 * waits[name], LONGEST_BACKOFF_S)
                continue
            again = ended or "terminated" in status.of(pod, name).get("lastState", {})
            if await self._start(one, spec) and again:
                status.of(pod, name)["restartCount"] += 1
                waits.setdefault(name, FIRST_BACKOFF_S)
        status.settle(pod)
        if pod["status"] != before:
            self._store.put(PODS, pod)
        if not all(status.runs(pod, spec["name"]) for spec in pod["spec"]["containers"]):
            return AGAIN_S if pause is None else pause
        return None

    async def _start(self, one: _Running, spec: Object) -> bool:
        pod = one.pod
        try:
            state = await asyncio.to_thread(self._containers.start, pod, spec, one.volumes)
        except EngineError as error:
            await self._preparation.reconnect(pod, one.volumes)
            status.waiting(pod, "RunContainerError", error.message, only=spec["name"])
            tell(self._store, pod, "Failed", f"Error: {error.message}", warning=True)
            return False
        status.seen(pod, spec, state)
        image = f'Container image "{spec["image"]}" already present on machine'
        for reason, said in (("Pulled", image), ("Created", f"Created container: {spec['name']}")):
            tell(self._store, pod, reason, said)
        tell(self._store, pod, "Started", f"Started container {spec['name']}")
        return True

    async def _end(self, one: _Running, grace_s: int) -> None:
        one.wake.set()
        if one.task is not None:
            await asyncio.gather(one.task, return_exceptions=True)
        with contextlib.suppress(EngineError):
            await asyncio.to_thread(self._containers.end, one.pod, grace_s)
        self._running.pop(one.pod["metadata"]["uid"], None)
        self._store.remove(PODS, one.pod)

    async def _sleep(self, one: _Running, pause_s: float | None) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await one.wake.wait()
        one.wake.clear()

    async def _watch(self) -> None:
        """Wake whose container has ended."""
        async for container_id in self._containers.deaths():
            self._wake(container_id)

    def _wake(self, container_id: str) -> None:
        told = f"docker://{container_id}"
        owners = [
            one
            for one in self._running.values()
            if any(told == each.get("containerID") for each in one.pod["status"].get("containerStatuses", ()))
        ]
        # One may be so young that its pod does not know it yet.
        for one in owners or self._running.values():
            one.wake.set()

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("a pod's change failed", exc_info=error)


def _wanted(pod: Object, container: str) -> bool:
    """Whether that container shall run (again)."""
    ended = status.of(pod, container).get("state", {}).get("terminated")
    policy = pod["spec"]["restartPolicy"]
    return ended is None or policy == "Always" or (policy == "OnFailure" and ended["exitCode"] != 0)

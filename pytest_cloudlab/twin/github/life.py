"""How a codespace comes up, goes down and ends: when it is asked to, and when its time is over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from pytest_cloudlab.twin.engine import EngineError
from pytest_cloudlab.twin.github.codespace import GOING, Codespace
from pytest_cloudlab.twin.github.errors import GithubError
from pytest_cloudlab.twin.saved import Saved

_log = logging.getLogger(__name__)

SERVICE = "codespaces"
LOOK_S = 5
"""How often it is looked for those whose time is over."""
NOTED_S = 1
"""A page makes many calls; they are one use."""
ALIVE = ("running", "paused", "restarting")


class Machines(Protocol):
    """What is asked of `containers.Containers`."""

    def name(self, one: Codespace) -> str: ...
    def make(self, one: Codespace) -> None: ...
    def stop(self, one: Codespace) -> None: ...
    def remove(self, one: Codespace) -> None: ...
    def used(self, one: Codespace) -> bool: ...
    def states(self) -> dict[str, str]: ...


class Life:
    def __init__(self, machines: Machines, saved: Saved, *, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self._machines = machines
        self._saved = saved
        self._all: dict[str, Codespace] = {}
        self._work: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Take over what an earlier process of the same twin had, and begin to look at the clock."""
        kept = [Codespace(**plain) for plain in self._saved.read(SERVICE).get("codespaces", [])]
        states = await asyncio.to_thread(self._machines.states) if kept else {}
        for one in kept:
            self._all[one.name] = one
            runs = states.get(self._machines.name(one)) in ALIVE
            if one.state == "Deleted":
                self._begin(self._remove(one))
            elif one.state in ("Queued", "Provisioning"):
                one.state = "Queued"
                self._begin(self._make(one))
            elif not runs and one.state != "Failed":
                self._ended(one)
            elif runs and one.state == "ShuttingDown":
                self._begin(self._stop(one))
            elif runs:
                # Its workspace may not have been ready when the process ended.
                one.state = "Starting"
                self._begin(self._start(one))
        self._begin(self._watch())

    async def close(self) -> None:
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    async def all(self) -> list[Codespace]:
        """As they are now, the oldest first: one whose container has ended is Shutdown."""
        await self._look()
        return [one for one in self._all.values() if one.state != "Deleted"]

    async def get(self, name: str) -> Codespace:
        """Raises `GithubError` 404."""
        await self._look()
        one = self._all.get(name)
        if one is None or one.state == "Deleted":
            raise GithubError(404, "Not Found")
        return one

    def names(self) -> set[str]:
        return set(self._all)

    def add(self, one: Codespace) -> None:
        """It is made from now on."""
        self._all[one.name] = one
        self.save()
        self._begin(self._make(one))

    def start(self, one: Codespace) -> None:
        """Raises `GithubError` 409 for one that runs, or is on its way somewhere."""
        if one.state != "Shutdown":
            raise GithubError(409, f"Codespace cannot be started: it is {one.state}")
        one.state, one.stopped, one.used = "Starting", 0, self.now()
        self.save()
        self._begin(self._start(one))

    def stop(self, one: Codespace) -> None:
        """Nothing happens to one that does not run."""
        if one.state in GOING:
            one.state = "ShuttingDown"
            self.save()
            self._begin(self._stop(one))

    def delete(self, one: Codespace) -> None:
        one.state = "Deleted"
        self.save()
        self._begin(self._remove(one))

    def touch(self, one: Codespace) -> None:
        """Somebody uses it."""
        if one.state in GOING and self.now() - one.used >= NOTED_S:
            one.used = self.now()
            self.save()

    def save(self) -> None:
        self._saved.write(SERVICE, {"codespaces": [one.plain() for one in self._all.values()]})

    async def at_their_time(self) -> None:
        """Stop what has been idle for too long, delete what has been stopped for too long."""
        await self._look()
        for one in list(self._all.values()):
            if one.state == "Available" and one.idle_ends <= self.now():
                with suppress(EngineError):
                    if await asyncio.to_thread(self._machines.used, one):
                        self.touch(one)
                        continue
                if one.state == "Available":
                    _log.info("%s has been idle for %d min", one.name, one.idle_minutes)
                    self.stop(one)
            ends = one.retention_ends
            if one.state == "Shutdown" and ends is not None and ends <= self.now():
                _log.info("%s has been stopped for %d min", one.name, one.retention_minutes)
                self.delete(one)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.at_their_time()
            except EngineError as error:
                _log.warning("%s", error.message)

    async def _look(self) -> None:
        running = [one for one in self._all.values() if one.state == "Available" and not one.busy.locked()]
        if not running:
            return
        states = await asyncio.to_thread(self._machines.states)
        for one in running:
            if states.get(self._machines.name(one)) not in ALIVE and one.state == "Available":
                self._ended(one)

    async def _make(self, one: Codespace) -> None:
        async with one.busy:
            if one.state == "Queued":
                one.state = "Provisioning"
                await self._up(one, "Provisioning")

    async def _start(self, one: Codespace) -> None:
        async with one.busy:
            if one.state == "Starting":
                await self._up(one, "Starting")

    async def _up(self, one: Codespace, coming: str) -> None:
        """`coming` is its state meanwhile: who was asked to stop in between does not come up."""
        try:
            await asyncio.to_thread(self._machines.make, one)
            reached = "Available"
        except EngineError as error:
            _log.warning("%s: %s", one.name, error.message)
            reached = "Failed"
        if one.state == coming:
            one.state, one.used = reached, self.now()
            self.save()

    async def _stop(self, one: Codespace) -> None:
        async with one.busy:
            if one.state == "ShuttingDown":
                # One that was stopped before it was made has no container.
                with suppress(EngineError):
                    await asyncio.to_thread(self._machines.stop, one)
                if one.state == "ShuttingDown":
                    self._ended(one)

    async def _remove(self, one: Codespace) -> None:
        async with one.busy:
            await asyncio.to_thread(self._machines.remove, one)
            if self._all.get(one.name) is one:
                del self._all[one.name]
                self.save()

    def _ended(self, one: Codespace) -> None:
        one.state, one.stopped = "Shutdown", one.stopped or self.now()
        self.save()

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("a codespace's change failed", exc_info=error)

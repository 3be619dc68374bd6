"""The twin's cluster without its containers, on a port of this machine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from aiohttp import web

from pytest_cloudlab.twin.engine import EngineError
from pytest_cloudlab.twin.kubernetes import discovery
from pytest_cloudlab.twin.kubernetes.cluster import Cluster
from pytest_cloudlab.twin.kubernetes.containers import Containers, State
from pytest_cloudlab.twin.kubernetes.errors import errors_as_kubernetes
from pytest_cloudlab.twin.kubernetes.execution import Execution
from pytest_cloudlab.twin.kubernetes.images import Images
from pytest_cloudlab.twin.kubernetes.kinds import Object, name_of
from pytest_cloudlab.twin.kubernetes.logs import Logs
from pytest_cloudlab.twin.kubernetes.routes import Routes
from pytest_cloudlab.twin.kubernetes.store import Store
from pytest_cloudlab.twin.saved import Saved

TOKEN = "k8s-0123456789abcdef"
MISSING = "example.org/missing:1"
THEN = "2026-01-05T08:00:00Z"


class NoContainers(Containers):
    """Knows which there would be."""

    def __init__(self) -> None:
        # Nothing of the real one is asked but its names.
        super().__init__("twin", "twin=1", {}, Path("/nonexistent"), cast("Images", None))
        self.codes: dict[str, int | None] = {}
        """By container; None while it runs."""
        self.started: list[str] = []
        self.removed: list[str] = []
        self.woken: asyncio.Queue[str] = asyncio.Queue()

    def has_image(self, image: str) -> bool:
        return image != MISSING

    def volumes(self, pod: Object, claims: Mapping[str, Object]) -> dict[str, str]:
        return {name: self.volume_of(claim) for name, claim in claims.items()}

    def make_sandbox(self, pod: Object, volumes: Mapping[str, str]) -> str:
        return "10.0.0.2"

    def start(self, pod: Object, container: Object, volumes: Mapping[str, str]) -> State:
        self.started.append(f"{name_of(pod)}/{container['name']}")
        self.codes[f"{name_of(pod)}/{container['name']}"] = None
        return self.state(pod, container["name"])

    def state(self, pod: Object, container: str) -> State:
        key = f"{name_of(pod)}/{container}"
        if key not in self.codes:
            raise EngineError("docker inspect: No such container")
        code = self.codes[key]
        return State("c0ffee", "sha256:abc", "running" if code is None else "exited", code or 0, THEN, THEN)

    def end(self, pod: Object, grace_s: int) -> None:
        self.removed.append(name_of(pod))

    def remove_volume(self, volume: str) -> None:
        self.removed.append(volume)

    async def deaths(self) -> AsyncIterator[str]:
        while True:
            yield await self.woken.get()


class Server:
    """A context manager; `url` is where it answers."""

    def __init__(self, saved: Path) -> None:
        self._saved = Saved(saved)
        self.url = ""

    def __enter__(self) -> Server:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.url = self.run(self._start)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.run(self._stop)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Callable[[], Any]) -> Any:
        """What a coroutine function returns, run where the server runs."""
        return asyncio.run_coroutine_threadsafe(work(), self._loop).result(20)

    def exits(self, container: str, code: int) -> None:
        """That container, like `web/main`, ends."""

        async def end() -> None:
            self.containers.codes[container] = code
            self.containers.woken.put_nowait("c0ffee")

        self.run(end)

    async def _start(self) -> str:
        self.containers = NoContainers()
        store = Store(self._saved)
        self.cluster = Cluster(store, self.containers)
        app = web.Application(middlewares=[errors_as_kubernetes(lambda token: token == TOKEN)])
        discovery.add_to(app)
        Execution(store, self.containers).add_to(app)
        Logs(store, self.containers).add_to(app)
        Routes(self.cluster).add_to(app)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.cluster.open()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _stop(self) -> None:
        await self._runner.cleanup()
        await self.cluster.close()

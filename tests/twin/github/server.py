"""GitHub's API of the twin without its containers, on a port of this machine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import web

from pytest_cloudlab.twin.engine import EngineError
from pytest_cloudlab.twin.github.account import Account
from pytest_cloudlab.twin.github.codespace import Codespace
from pytest_cloudlab.twin.github.errors import errors_as_github
from pytest_cloudlab.twin.github.life import Life
from pytest_cloudlab.twin.github.routes import Routes
from pytest_cloudlab.twin.saved import Saved

T = TypeVar("T")
TOKEN = "ghp_0123456789abcdef0123456789abcdef0123"


class Containers:
    """Stands in for the containers: knows which there are, and notes what is done to them."""

    def __init__(self) -> None:
        self.running: dict[str, bool] = {}
        self.busy: set[str] = set()
        """Names of codespaces that somebody works in."""
        self.broken = False

    def name(self, one: Codespace) -> str:
        return f"twin-{one.name}"

    def make(self, one: Codespace) -> None:
        if self.broken:
            raise EngineError("docker create: no space left on device")
        self.running[self.name(one)] = True

    def stop(self, one: Codespace) -> None:
        if self.name(one) not in self.running:
            raise EngineError("docker stop: No such container")
        self.running[self.name(one)] = False

    def remove(self, one: Codespace) -> None:
        self.running.pop(self.name(one), None)

    def used(self, one: Codespace) -> bool:
        return one.name in self.busy

    def states(self) -> dict[str, str]:
        return {name: "running" if runs else "exited" for name, runs in self.running.items()}


class Server:
    """A context manager; `url` is where it answers."""

    def __init__(self, repositories: dict[str, Path], saved: Path) -> None:
        self.containers = Containers()
        self.ahead_s = 0.0
        """How far the server's clock is ahead."""
        self._repositories = {name: str(folder) for name, folder in repositories.items()}
        self._saved = Saved(saved)
        self.url = ""

    def __enter__(self) -> Server:
        import time

        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.life = Life(self.containers, self._saved, now=lambda: time.time() + self.ahead_s)
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

    async def _start(self) -> str:
        app = web.Application(middlewares=[errors_as_github(lambda token: token == TOKEN)])
        Routes(Account(self._repositories), self.life).add_to(app)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        await self.life.open()
        port = self._runner.addresses[0][1]
        return f"http://127.0.0.1:{port}"

    async def _stop(self) -> None:
        await self.life.close()
        await self._runner.cleanup()

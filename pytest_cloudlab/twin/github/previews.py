"""Ports of codespaces on the web: `https://NAME-PORT.app.github.dev`, where public ones answer everybody."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import ExitStack

import aiohttp
from aiohttp import web

from pytest_cloudlab.errors import CloudlabError
from pytest_cloudlab.targets.docker import docker
from pytest_cloudlab.twin.github.codespace import Codespace
from pytest_cloudlab.twin.github.containers import Containers
from pytest_cloudlab.twin.github.errors import GithubError
from pytest_cloudlab.twin.github.life import Life
from pytest_cloudlab.twin.web_relay import NOT_HANDED_ON, WebRelay

HOST = re.compile(r"([a-z0-9-]+)-(\d{1,5})\.app\.github\.dev")
TOKEN = "X-Github-Token"  # noqa: S105  # the header's name
SIGN_IN = "https://github.com/login"


class Previews:
    """Hands calls, and web sockets, on to what listens in the codespace, on its own `localhost` too."""

    def __init__(self, life: Life, containers: Containers, authorized: Callable[[str], bool]) -> None:
        self._life = life
        self._containers = containers
        self._authorized = authorized
        self._ways: dict[tuple[str, int], str] = {}
        self._open = ExitStack()
        self._turn = asyncio.Lock()
        self._relay = WebRelay()

    def add_to(self, app: web.Application) -> None:
        app.router.add_route("*", "/{path:.*}", self._handle)

    async def close(self) -> None:
        await self._relay.close()
        await asyncio.to_thread(self._open.close)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        match = HOST.fullmatch(request.host.partition(":")[0].lower())
        try:
            if match is None:
                raise GithubError(404, "Not Found")
            one, port = await self._life.get(match[1]), int(match[2])
        except GithubError:
            return web.Response(status=404, text="There is no such codespace.\n")
        visible = one.visibility.get(str(port), "private") == "public"
        if not visible and not self._authorized(request.headers.get(TOKEN, "")):
            return web.Response(status=302, headers={"Location": SIGN_IN})
        if one.state != "Available":
            return web.Response(status=404, text=f"The codespace is {one.state}.\n")
        self._life.touch(one)
        try:
            url = await self._way(one, port)
            return await self._relay.hand_on(request, url, _handed_on(request, port))
        except (aiohttp.ClientError, TimeoutError, CloudlabError):
            return web.Response(status=502, text=f"Nothing answers on port {port} of the codespace.\n")

    async def _way(self, one: Codespace, port: int) -> str:
        """A URL on this machine that leads to that port; opened once."""
        async with self._turn:
            key = (one.name, port)
            if key not in self._ways:
                self._ways[key] = await asyncio.to_thread(self._forward, one, port)
            return self._ways[key]

    def _forward(self, one: Codespace, port: int) -> str:
        target = docker(self._containers.name(one))
        # Its shell is needed only to see which programs are there.
        try:
            return self._open.enter_context(target.forward(port))
        finally:
            target.close()


def _handed_on(request: web.Request, port: int) -> dict[str, str]:
    """Servers that are meant for `localhost` alone, such as Jupyter, turn away what is for another host."""
    place = f"localhost:{port}"
    kept = {
        name: value
        for name, value in request.headers.items()
        if name.lower() not in NOT_HANDED_ON and name.lower() != TOKEN.lower()
    }
    if request.headers.get("Origin", "").lower() == f"https://{request.host}".lower():
        kept = {name: value for name, value in kept.items() if name.lower() != "origin"}
        kept["Origin"] = f"http://{place}"
    return {**kept, "Host": place, "X-Forwarded-Host": request.host, "X-Forwarded-Proto": "https"}

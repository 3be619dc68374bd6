"""What the stand-in `gh` asks in place of GitHub's relay: a way in over SSH, and the ports.

No part of GitHub's API: the real gh speaks to the real relay in a protocol of its own.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from aiohttp import web

from pytest_cloudlab.twin.engine import EngineError
from pytest_cloudlab.twin.github.codespace import Codespace
from pytest_cloudlab.twin.github.containers import Containers
from pytest_cloudlab.twin.github.errors import GithubError, invalid
from pytest_cloudlab.twin.github.life import Life

KEY = re.compile(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d{3}) [A-Za-z0-9+/=]{40,2000}")
VISIBILITIES = ("private", "org", "public")
UP_S = 120


class Relay:
    def __init__(self, life: Life, containers: Containers) -> None:
        self._life = life
        self._containers = containers

    def add_to(self, app: web.Application) -> None:
        one = "/codespaces/{codespace_name}"
        app.router.add_post(f"{one}/ssh", self._ssh)
        app.router.add_get(f"{one}/ports", self._ports)
        app.router.add_put(f"{one}/ports/{{port}}", self._visibility)

    async def _ssh(self, request: web.Request) -> web.Response:
        key = " ".join(str((await _body(request)).get("public_key", "")).split()[:2])
        if not KEY.fullmatch(key):
            raise invalid("public_key")
        one = await self._up(request)
        keys, address = await asyncio.gather(
            asyncio.to_thread(self._containers.authorize, one, key),
            asyncio.to_thread(self._containers.address, one),
        )
        self._life.touch(one)
        told = {"user": "root", "address": address, "port": 22, "host_keys": keys, "ref": one.ref}
        return web.json_response(told)

    async def _ports(self, request: web.Request) -> web.Response:
        one = await self._up(request)
        ports, labels = await asyncio.gather(
            asyncio.to_thread(self._containers.listening, one),
            asyncio.to_thread(self._labels, one),
        )
        self._life.touch(one)
        # A port whose visibility was set is forwarded, whether or not something listens there.
        known = sorted({*ports, *map(int, one.visibility)})
        return web.json_response([_port(one, number, labels.get(str(number), "")) for number in known])

    async def _visibility(self, request: web.Request) -> web.Response:
        wanted, port = (await _body(request)).get("visibility"), request.match_info["port"]
        if not re.fullmatch(r"[1-9]\d{0,4}", port) or int(port) > 65_535:
            raise invalid("port")
        if wanted not in VISIBILITIES:
            raise invalid("visibility")
        one = await self._up(request)
        one.visibility[port] = wanted
        self._life.save()
        return web.json_response(_port(one, int(port), ""))

    async def _up(self, request: web.Request) -> Codespace:
        """That codespace, running: like the real gh, this starts one that is stopped."""
        one = await self._life.get(request.match_info["codespace_name"])
        if one.state == "Shutdown":
            self._life.start(one)
        try:
            async with asyncio.timeout(UP_S):
                while one.state in ("Queued", "Provisioning", "Starting"):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise GithubError(503, f"The codespace does not come up: it is {one.state}") from None
        if one.state != "Available":
            raise GithubError(409, f"The codespace cannot be entered: it is {one.state}")
        return one

    def _labels(self, one: Codespace) -> dict[str, str]:
        """By port, as its dev container file has them. What is in there is a student's."""
        try:
            told = json.loads(self._containers.devcontainer(one) or "{}")
            attributes = told.get("portsAttributes", {})
            return {port: str(each.get("label", ""))[:100] for port, each in attributes.items()}
        except (ValueError, AttributeError, RecursionError, EngineError):
            return {}


def _port(one: Codespace, number: int, label: str) -> dict[str, Any]:
    return {
        "sourcePort": number,
        "visibility": one.visibility.get(str(number), "private"),
        "label": label,
        "browseUrl": f"https://{one.name}-{number}.app.github.dev",
    }


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError):
        raise GithubError(400, "Problems parsing JSON") from None
    return body if isinstance(body, dict) else {}

"""The way into workspaces by their names: `https://PROJECT-WORKSPACE.runai…`, as Run:ai's CONNECT opens it.

A workspace is the pod `WORKSPACE-0-0` in the namespace `runai-PROJECT`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import aiohttp
from aiohttp import web

from pytest_cloudlab.twin.web_relay import NOT_HANDED_ON, WebRelay

NAMESPACE = "runai-"
POD = "-0-0"
Pod = dict[str, Any]


class Workspaces:
    """Asks nobody who they are: that is left to what runs in the pod."""

    def __init__(self, pods: Callable[[], Iterable[Pod]]) -> None:
        self._pods = pods
        self._relay = WebRelay()

    def add_to(self, app: web.Application) -> None:
        app.router.add_route("*", "/{path:.*}", self._handle)

    async def close(self) -> None:
        await self._relay.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        name = request.host.partition(".")[0].lower()
        pod = next((pod for pod in self._pods() if _name(pod) == name), None)
        if pod is None:
            return web.Response(status=404, text="default backend - 404\n")
        address, port = pod["status"].get("podIP"), _port(pod)
        try:
            if not address or not port:
                raise TimeoutError
            return await self._relay.hand_on(request, f"http://{address}:{port}", _handed_on(request))
        except (aiohttp.ClientError, TimeoutError):
            return web.Response(status=503, text="There is no server ready for this workspace.\n")


def _name(pod: Pod) -> str:
    """`PROJECT-WORKSPACE`; empty for a pod that is no workspace."""
    name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
    if not name.endswith(POD) or not namespace.startswith(NAMESPACE):
        return ""
    return f"{namespace.removeprefix(NAMESPACE)}-{name.removesuffix(POD)}"


def _port(pod: Pod) -> int:
    """The first that it says it serves."""
    ports = [port for one in pod["spec"]["containers"] for port in one.get("ports") or ()]
    return int(ports[0]["containerPort"]) if ports else 0


def _handed_on(request: web.Request) -> dict[str, str]:
    kept = {name: value for name, value in request.headers.items() if name.lower() not in NOT_HANDED_ON}
    return {**kept, "Host": request.host, "X-Forwarded-Host": request.host, "X-Forwarded-Proto": "https"}

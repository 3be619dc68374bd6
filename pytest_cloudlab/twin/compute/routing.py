"""What all routes share: who is asked about, where, and how it is answered."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.project import Project
from pytest_cloudlab.twin.compute.resources import GLOBAL as GLOBAL_PLACE
from pytest_cloudlab.twin.compute.resources import Resource

Answer = Callable[[web.Request], Awaitable[Resource]]
Route = tuple[str, str, Answer]
"""Method, path, answer."""

ROOT = "/compute/v1/projects/{project}"
ZONE = ROOT + "/zones/{zone}"
REGION = ROOT + "/regions/{region}"
GLOBAL = ROOT + "/global"


class Routing:
    def __init__(self, project: Project) -> None:
        self._project = project

    def own(self, request: web.Request) -> Project:
        """Raises `ApiError` 404 for another project."""
        name = request.match_info["project"]
        if name != self._project.name:
            raise ApiError(404, f"The resource 'projects/{name}' was not found")
        return self._project

    def in_zone(self, request: web.Request) -> tuple[Project, str]:
        own = self.own(request)
        return own, own.zone(request.match_info["zone"])

    def place(self, request: web.Request) -> str:
        """`zones/…`, `regions/…` or `global`, checked."""
        own, info = self.own(request), request.match_info
        if zone := info.get("zone"):
            return f"zones/{own.zone(zone)}"
        if region := info.get("region"):
            return f"regions/{own.region(region)}"
        return GLOBAL_PLACE


def add_routes(app: web.Application, routes: Iterable[Route]) -> None:
    for method, path, answer in routes:
        app.router.add_route(method, path, _json(answer))


async def body(request: web.Request) -> Resource:
    """Raises `ApiError` 400 for what is no JSON object."""
    try:
        found: Any = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ApiError(400, "Invalid JSON payload received.", reason="parseError")
    return found


def _json(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response(await answer(request))

    return handler

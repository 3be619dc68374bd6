"""Harbor as docker, and a script that makes robot accounts, meet it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from pytest_cloudlab.twin.api_error import basic, bearer
from pytest_cloudlab.twin.harbor import prepared
from pytest_cloudlab.twin.harbor.accounts import ADMIN, NOBODY, PROJECT, ROBOT, TOKEN_S, Account, Accounts
from pytest_cloudlab.twin.harbor.names import PREFIX
from pytest_cloudlab.twin.oci import OciError
from pytest_cloudlab.twin.registry_relay import FORWARDED, RegistryRelay
from pytest_cloudlab.twin.registry_store import RegistryStore
from pytest_cloudlab.twin.saved import Saved

SERVICE = "harbor-registry"
ACTION = {"GET": "pull", "HEAD": "pull", "DELETE": "delete"}


class Harbor:
    """A private project answers its own robots alone; the administrator's password is the twin's token."""

    def __init__(self, store: RegistryStore, saved: Saved, is_admin: Callable[[str], bool]) -> None:
        self._store = store
        self._accounts = Accounts(saved, is_admin, frozenset({prepared.PROJECT}))
        self._relay = RegistryRelay(store)
        self._turn = asyncio.Lock()

    def add_to(self, app: web.Application) -> None:
        app.middlewares.append(self._authorize)
        app.router.add_get("/service/token", self._token)
        app.router.add_get("/api/v2.0/ping", self._pong)
        app.router.add_post("/api/v2.0/projects", self._add_project)
        app.router.add_post("/api/v2.0/robots", self._add_robot)
        app.router.add_get("/v2/", self._ping)
        app.router.add_get("/v2/{name:.+}/tags/list", self._tags)
        for path in FORWARDED:
            app.router.add_route("*", path, self._forward)

    async def close(self) -> None:
        await self._relay.close()

    @web.middleware
    async def _authorize(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/v2/"):
            return await handler(request)
        name = request.match_info.get("name", "")
        action = ACTION.get(request.method, "push")
        if not self._allowed(request, name, action):
            scope = (
                f',scope="repository:{name}:{"pull,push" if action == "push" else action}"' if name else ""
            )
            realm = f'Bearer realm="https://{request.host}/service/token",service="{SERVICE}"{scope}'
            message = f"unauthorized to access repository: {name}, action: {action}"
            raise OciError(401, "UNAUTHORIZED", message, **{"WWW-Authenticate": realm})
        if name and not self._accounts.has_project(name.partition("/")[0]):
            raise OciError(404, "NOT_FOUND", f"project {name.partition('/')[0]} not found")
        return await handler(request)

    def _allowed(self, request: web.Request, name: str, action: str) -> bool:
        if account := self._account(request):
            return account is not NOBODY and (not name or action in self._accounts.may(account, name))
        token = self._accounts.granted(bearer(request))
        return token is not None and (not name or action in token.access.get(name, ()))

    def _account(self, request: web.Request) -> Account | None:
        """Whose user and password it shows: nobody's where they are wrong; None where it shows none."""
        shown = basic(request)
        return (self._accounts.sign_in(*shown) or NOBODY) if shown else None

    async def _token(self, request: web.Request) -> web.Response:
        account = self._account(request)
        if account is NOBODY:
            raise OciError(401, "UNAUTHORIZED", "unauthorized: authentication required")
        token = self._accounts.token(account or NOBODY, request.query.getall("scope", []))
        issued = datetime.now(UTC).isoformat(timespec="seconds")
        return web.json_response(
            {"token": token, "access_token": "", "expires_in": TOKEN_S, "issued_at": issued}
        )

    async def _ping(self, _: web.Request) -> web.Response:
        return web.json_response({})

    async def _pong(self, _: web.Request) -> web.Response:
        return web.Response(text="Pong")

    async def _add_project(self, request: web.Request) -> web.Response:
        body = await self._order(request)
        name, metadata = str(body.get("project_name", "")), body.get("metadata") or {}
        if not PROJECT.fullmatch(name):
            raise OciError(400, "BAD_REQUEST", "project name is not in lower case")
        if self._accounts.has_project(name):
            raise OciError(409, "CONFLICT", f"The project named {name} already exists")
        self._accounts.add_project(name, public=str(metadata.get("public")) == "true")
        return web.Response(status=201, headers={"Location": f"/api/v2.0/projects/{name}"})

    async def _add_robot(self, request: web.Request) -> web.Response:
        body = await self._order(request)
        try:
            (permission,) = body["permissions"]
            project, name = str(permission["namespace"]), str(body["name"])
            actions = [str(one["action"]) for one in permission["access"] if one["resource"] == "repository"]
        except (KeyError, TypeError, ValueError):
            raise OciError(400, "BAD_REQUEST", "a robot of one project, please") from None
        if not ROBOT.fullmatch(name) or not self._accounts.has_project(project):
            raise OciError(400, "BAD_REQUEST", f"bad request robot name {name}, or no project {project}")
        if self._accounts.has_robot(project, name):
            raise OciError(409, "CONFLICT", f"robot account {name} already exists")
        full, secret = self._accounts.add_robot(project, name, actions)
        return web.json_response({"id": 1, "name": full, "secret": secret, "expires_at": -1}, status=201)

    async def _order(self, request: web.Request) -> dict[str, Any]:
        account = self._account(request)
        if account is None or account.name != ADMIN:
            raise OciError(401, "UNAUTHORIZED", "unauthorized")
        try:
            body = await request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise OciError(400, "BAD_REQUEST", "parsing body failed")
        return body

    async def _tags(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        repository = await self._repository(name)
        if not self._store.exists(repository):
            raise OciError(404, "NAME_UNKNOWN", f"repository {name} not found")
        return web.json_response({"name": name, "tags": sorted(self._store.tags(repository)) or None})

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name.count("/") < 1:
            raise OciError(400, "NAME_INVALID", f"{name} is not PROJECT/NAME.")
        account = self._account(request) or NOBODY
        token = self._accounts.granted(bearer(request))

        def other(mounted: str) -> str:
            seen = "pull" in self._accounts.may(account, mounted)
            seen = seen or bool(token and "pull" in token.access.get(mounted, ()))
            return f"{PREFIX}/{mounted}" if seen else "none"

        return await self._relay.forward(request, name, await self._repository(name), other)

    async def _repository(self, name: str) -> str:
        """The name in the registry's files."""
        async with self._turn:
            await asyncio.to_thread(prepared.bring, self._store, name, PREFIX)
        return f"{PREFIX}/{name}"

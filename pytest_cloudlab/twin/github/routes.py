"""What GitHub's REST API is asked for codespaces."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web

from pytest_cloudlab.twin.github import account
from pytest_cloudlab.twin.github.account import Account, Resource
from pytest_cloudlab.twin.github.catalogue import DEFAULT_LOCATION, MACHINES
from pytest_cloudlab.twin.github.codespace import Codespace, asked, display_name_of
from pytest_cloudlab.twin.github.errors import GithubError, invalid
from pytest_cloudlab.twin.github.life import Life

PER_PAGE, MOST_PER_PAGE = 30, 100
CHANGES = ("machine", "display_name", "recent_folders")


class Routes:
    def __init__(self, own: Account, life: Life) -> None:
        self._account = own
        self._life = life

    def add_to(self, app: web.Application) -> None:
        add = app.router
        add.add_get("/user", self._user)
        add.add_get("/user/codespaces", self._list)
        add.add_post("/user/codespaces", self._create)
        one = "/user/codespaces/{codespace_name}"
        add.add_get(one, self._get)
        add.add_patch(one, self._change)
        add.add_delete(one, self._delete)
        add.add_get(f"{one}/machines", self._machines_of)
        add.add_post(f"{one}/start", self._start)
        add.add_post(f"{one}/stop", self._stop)
        # gh asks for the same by a repository's number.
        for repository in ("/repos/{owner}/{repo}", "/repositories/{repository_id}"):
            add.add_get(repository, self._repository)
            add.add_get(f"{repository}/codespaces", self._list)
            add.add_post(f"{repository}/codespaces", self._create)
            add.add_get(f"{repository}/codespaces/machines", self._machines)
            add.add_get(f"{repository}/codespaces/devcontainers", self._devcontainers)
            add.add_get(f"{repository}/codespaces/new", self._new)
            add.add_get(f"{repository}/codespaces/permissions_check", self._permissions)

    async def _user(self, _: web.Request) -> web.Response:
        return web.json_response(account.own_user())

    async def _repository(self, request: web.Request) -> web.Response:
        return web.json_response(account.whole_repository(self._named(request)))

    async def _list(self, request: web.Request) -> web.Response:
        wanted = self._named(request) if len(request.match_info) else ""
        number = _whole(request, "repository_id", 0)
        if number:
            wanted = self._account.repository_with_id(number)
        # The newest first, as there.
        found = [one for one in reversed(await self._life.all()) if wanted in ("", one.repository)]
        return _page(request, "codespaces", found, Codespace.resource)

    async def _create(self, request: web.Request) -> web.Response:
        body = await _body(request)
        if len(request.match_info):
            repository = self._named(request)
        else:
            number = body.get("repository_id")
            if type(number) is not int:
                raise invalid("repository_id", "missing_field")
            repository = self._account.repository_with_id(number)
        devcontainers = self._account.devcontainers(repository)
        one = asked(body, repository, devcontainers, self._life.names(), self._life.now())
        self._life.add(one)
        return web.json_response(one.resource(), status=201)

    async def _get(self, request: web.Request) -> web.Response:
        return web.json_response((await self._one(request)).resource())

    async def _change(self, request: web.Request) -> web.Response:
        one, body = await self._one(request), await _body(request)
        for name in body:
            if name not in CHANGES:
                raise invalid(name, "unprocessable", f"{name} is not a permitted key")
        machine = body.get("machine") or one.machine
        if machine not in MACHINES:
            raise invalid("machine")
        one.machine, one.display_name = machine, display_name_of(body) or one.display_name
        self._life.save()
        return web.json_response(one.resource())

    async def _delete(self, request: web.Request) -> web.Response:
        self._life.delete(await self._one(request))
        return web.json_response({}, status=202)

    async def _start(self, request: web.Request) -> web.Response:
        one = await self._one(request)
        self._life.start(one)
        return web.json_response(one.resource())

    async def _stop(self, request: web.Request) -> web.Response:
        one = await self._one(request)
        self._life.stop(one)
        return web.json_response(one.resource())

    async def _machines_of(self, request: web.Request) -> web.Response:
        await self._one(request)
        return _machines()

    async def _machines(self, request: web.Request) -> web.Response:
        self._named(request)
        return _machines()

    async def _devcontainers(self, request: web.Request) -> web.Response:
        paths = self._account.devcontainers(self._named(request))
        return _page(request, "devcontainers", paths, lambda path: {"path": path, "display_name": path})

    async def _new(self, request: web.Request) -> web.Response:
        """What gh asks before it makes one: who pays."""
        found = self._account.devcontainers(self._named(request))
        defaults = {"location": DEFAULT_LOCATION, "devcontainer_path": next(iter(found), None)}
        return web.json_response({"billable_owner": account.user(account.LOGIN), "defaults": defaults})

    async def _permissions(self, request: web.Request) -> web.Response:
        self._named(request)
        return web.json_response({"accepted": True})

    def _named(self, request: web.Request) -> str:
        told = request.match_info
        if "repository_id" in told:
            number = told["repository_id"]
            if not number.isascii() or not number.isdigit():
                raise GithubError(404, "Not Found")
            return self._account.repository_with_id(int(number))
        return self._account.repository(f"{told['owner']}/{told['repo']}")

    async def _one(self, request: web.Request) -> Codespace:
        return await self._life.get(request.match_info["codespace_name"])


def _machines() -> web.Response:
    return web.json_response({"total_count": len(MACHINES), "machines": list(MACHINES.values())})


def _page(
    request: web.Request, what: str, items: Sequence[Any], described: Callable[[Any], Resource]
) -> web.Response:
    size = min(max(_whole(request, "per_page", PER_PAGE), 1), MOST_PER_PAGE)
    page = max(_whole(request, "page", 1), 1)
    shown = items[(page - 1) * size : page * size]
    response = web.json_response({"total_count": len(items), what: [described(item) for item in shown]})
    if page * size < len(items):
        following = (
            request.url.with_scheme("https").with_port(None).update_query(page=page + 1, per_page=size)
        )
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def _whole(request: web.Request, key: str, default: int) -> int:
    told = request.query.get(key, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 12 else default


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body: Any = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError):
        raise GithubError(400, "Problems parsing JSON") from None
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise GithubError(400, "Body should be a JSON object")
    return body

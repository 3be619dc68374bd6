"""cloudresourcemanager.googleapis.com, versions 1 and 3: the project, and its IAM policy."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from pytest_cloudlab.twin.policy import Policy
from pytest_cloudlab.twin.project_number import project_number
from pytest_cloudlab.twin.rpc_error import RpcError, an_object, read_json
from pytest_cloudlab.twin.saved import Saved

Resource = dict[str, Any]
Answer = Callable[[web.Request], Awaitable[Resource]]

_PERMISSION = re.compile(r"[a-zA-Z0-9]+\.[a-zA-Z0-9.]+\.[a-zA-Z0-9]+")
_TERM = re.compile(r'\(*\s*([A-Za-z.]+)\s*[:=]\s*"?([^\s"()]+)"?\s*\)*')
_ALIASES = {"id": "projectId", "state": "lifecycleState", "displayName": "name"}


class ResourceManager:
    """Its one project has an owner who may do everything: who asks here is that owner."""

    def __init__(self, project: str, saved: Saved) -> None:
        self._project = project
        self._number = project_number(project)
        self._policy = Policy(project, saved)
        known = saved.read("project")
        if not known:
            known = {"created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
            saved.write("project", known)
        self._created = str(known["created"])

    def add_to(self, app: web.Application) -> None:
        table: list[tuple[str, str, Answer]] = [
            ("GET", "/v1/projects", self._list),
            ("GET", "/v1/projects/{project}", self._get),
            ("GET", "/v3/projects", self._list_below),
            ("GET", "/v3/projects:search", self._search),
            ("GET", "/v3/projects/{project}", self._get_v3),
        ]
        for version in ("v1", "v3"):
            project = f"/{version}/projects/{{project}}"
            table += [
                ("POST", f"{project}:getIamPolicy", self._get_policy),
                ("POST", f"{project}:setIamPolicy", self._set_policy),
                ("POST", f"{project}:testIamPermissions", self._test),
            ]
        for method, path, answer in table:
            app.router.add_route(method, path, _json(answer))

    async def _list(self, request: web.Request) -> Resource:
        own = self._described()
        return {"projects": [own]} if _matches(own, request.query.get("filter", "")) else {}

    async def _get(self, request: web.Request) -> Resource:
        self._own(request)
        return self._described()

    async def _list_below(self, request: web.Request) -> Resource:
        """The project belongs to no organization and to no folder: below either there is none."""
        if not re.fullmatch(r"(organizations|folders)/\d+", request.query.get("parent", "")):
            raise RpcError(400, "parent must be organizations/ID or folders/ID.")
        raise _forbidden()

    async def _search(self, request: web.Request) -> Resource:
        matches = _matches(self._described(), request.query.get("query", ""))
        return {"projects": [self._described_v3()]} if matches else {}

    async def _get_v3(self, request: web.Request) -> Resource:
        self._own(request)
        return self._described_v3()

    async def _get_policy(self, request: web.Request) -> Resource:
        self._own(request)
        body = await read_json(request, ("options",))
        options = an_object(body.get("options", {}), ("requestedPolicyVersion",), "options")
        return self._policy.get(options.get("requestedPolicyVersion", 1))

    async def _set_policy(self, request: web.Request) -> Resource:
        self._own(request)
        body = await read_json(request, ("policy", "updateMask"))
        if "policy" not in body:
            raise RpcError(400, "Request contains an invalid argument: policy is required.")
        return self._policy.set(body["policy"])

    async def _test(self, request: web.Request) -> Resource:
        self._own(request)
        asked = (await read_json(request, ("permissions",))).get("permissions", [])
        for permission in asked if isinstance(asked, list) else [asked]:
            if not isinstance(permission, str) or not _PERMISSION.fullmatch(permission):
                raise RpcError(400, f"Permission {permission} is not valid for this resource.")
        return {"permissions": asked} if asked else {}

    def _own(self, request: web.Request) -> None:
        if request.match_info["project"] not in (self._project, self._number):
            raise _forbidden()

    def _described(self) -> Resource:
        return {
            "projectNumber": self._number,
            "projectId": self._project,
            "lifecycleState": "ACTIVE",
            "name": self._project,
            "createTime": self._created,
        }

    def _described_v3(self) -> Resource:
        return {
            "name": f"projects/{self._number}",
            "projectId": self._project,
            "state": "ACTIVE",
            "displayName": self._project,
            "createTime": self._created,
            "updateTime": self._created,
            "etag": f'W/"{self._number[:8]}"',
        }


def _forbidden() -> RpcError:
    """Of a project that is not there, Google says the same as of one that is somebody else's."""
    return RpcError(403, "The caller does not have permission")


def _matches(project: Resource, wanted: str) -> bool:
    """`lifecycleState:ACTIVE AND name:web*`; the names of fields as in version 1 or 3."""
    for term in re.split(r"\s+AND\s+|(?<=\S)\s+(?=[A-Za-z(])", wanted.strip()) if wanted.strip() else ():
        match = _TERM.fullmatch(term)
        key = _ALIASES.get(match[1], match[1]) if match else ""
        if not match or (key not in project and not key.startswith(("labels", "parent"))):
            raise RpcError(400, f"Invalid filter: {wanted}")
        pattern = re.escape(match[2]).replace(r"\*", ".*")
        if not re.fullmatch(pattern, str(project.get(key, "")), re.IGNORECASE):
            return False
    return True


def _json(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response(await answer(request))

    return handler

"""serviceusage.googleapis.com: which of Google's APIs are enabled. Here: those that the twin serves."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from pytest_cloudlab.twin.project_number import project_number
from pytest_cloudlab.twin.rpc_error import RpcError

ENABLED = {
    "artifactregistry.googleapis.com": "Artifact Registry API",
    "cloudresourcemanager.googleapis.com": "Cloud Resource Manager API",
    "compute.googleapis.com": "Compute Engine API",
    "containerregistry.googleapis.com": "Container Registry API",
    "serviceusage.googleapis.com": "Service Usage API",
    "storage.googleapis.com": "Cloud Storage API",
}
DISABLED = {"containeranalysis.googleapis.com": "Container Analysis API"}
"""One that clients ask about, and do without where it is disabled."""

SERVICE = "/v1/projects/{project}/services/{service}"
TYPE = "type.googleapis.com/google.api.serviceusage.v1"

Resource = dict[str, Any]


class ServiceUsage:
    def __init__(self, project: str) -> None:
        self._project = project
        self._number = project_number(project)

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/v1/projects/{project}/services", self._list)
        app.router.add_get(SERVICE, self._get)
        app.router.add_post(SERVICE + ":enable", self._enable)

    async def _list(self, request: web.Request) -> web.Response:
        self._own(request)
        chosen: dict[str, dict[str, str]] = {
            "": ENABLED | DISABLED,
            "state:ENABLED": ENABLED,
            "state:DISABLED": DISABLED,
        }
        wanted = request.query.get("filter", "")
        if wanted not in chosen:
            raise RpcError(400, f"Invalid filter: {wanted}")
        return web.json_response({"services": [self._service(name) for name in sorted(chosen[wanted])]})

    async def _get(self, request: web.Request) -> web.Response:
        self._own(request)
        return web.json_response(self._service(request.match_info["service"]))

    async def _enable(self, request: web.Request) -> web.Response:
        self._own(request)
        service = self._service(request.match_info["service"])
        if service["state"] != "ENABLED":
            raise RpcError(403, f"{request.match_info['service']} is not to be had here.")
        response = {"@type": f"{TYPE}.EnableServiceResponse", "service": service}
        return web.json_response(
            {"name": "operations/noop.DONE_OPERATION", "done": True, "response": response}
        )

    def _own(self, request: web.Request) -> None:
        if request.match_info["project"] not in (self._project, self._number):
            raise RpcError(403, "Permission denied to get service.")

    def _service(self, name: str) -> Resource:
        if name not in ENABLED | DISABLED:
            raise RpcError(403, f"Not found or permission denied for service(s): {name}.")
        parent = f"projects/{self._number}"
        return {
            "name": f"{parent}/services/{name}",
            "parent": parent,
            "config": {"name": name, "title": (ENABLED | DISABLED)[name]},
            "state": "ENABLED" if name in ENABLED else "DISABLED",
        }

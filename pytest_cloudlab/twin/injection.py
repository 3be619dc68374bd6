"""Faults as a service's clients meet them: late answers, errors in that service's own shape, lost blobs."""

from __future__ import annotations

import asyncio
import re

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from pytest_cloudlab.twin import hosts
from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.client import STATUS_AGENT
from pytest_cloudlab.twin.faults import Faults
from pytest_cloudlab.twin.github.errors import GithubError
from pytest_cloudlab.twin.kubernetes.errors import KubeError
from pytest_cloudlab.twin.oci import OciError
from pytest_cloudlab.twin.rpc_error import RpcError

LONGEST_LATENCY_S = 300

_BLOB = re.compile(r"/v2/.+/blobs/(sha256:[0-9a-f]{64})")

REASONS = {
    403: ("forbidden", "PERMISSION_DENIED", "DENIED"),
    404: ("notFound", "NOT_FOUND", "NAME_UNKNOWN"),
    429: ("rateLimitExceeded", "RESOURCE_EXHAUSTED", "TOOMANYREQUESTS"),
    500: ("internalError", "INTERNAL", "UNKNOWN"),
    503: ("backendError", "UNAVAILABLE", "UNAVAILABLE"),
}
"""The word for a status in Google's older APIs, in its newer ones, and in a registry."""


def injection(faults: Faults) -> Middleware:
    """A middleware of the whole server, outside of what the services do."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("User-Agent") == STATUS_AGENT:
            return await handler(request)
        service = hosts.service(request.host)
        for slow in faults.active("latency", service):
            await asyncio.sleep(min(float(slow.value), LONGEST_LATENCY_S))
        for broken in faults.active("status", service):
            return error(service, int(broken.value))
        if request.method in ("GET", "HEAD") and (blob := _BLOB.fullmatch(request.path)):
            lost = [fault.value for fault in faults.active("lost-blob", service)]
            if "" in lost or blob[1] in lost:
                return _oci(404, "BLOB_UNKNOWN", "blob unknown to registry")
        return await handler(request)

    return middleware


def error(service: str, status: int) -> web.Response:
    """An answer of that status as that service gives it."""
    reason, word, code = REASONS.get(status, ("backendError", "UNKNOWN", "UNKNOWN"))
    message = f"The twin was told to answer {status} here: cloudlab twin fault."
    match service:
        case "compute" | "storage":
            return ApiError(status, message, reason=reason).response()
        case "registry" | "hub" | "harbor":
            return _oci(status, code, message)
        case "tokens":
            told = {"error": "internal_failure", "error_description": message}
            return web.json_response(told, status=status)
        case "github" | "codespaces":
            return GithubError(status, message).response()
        case "kubernetes":
            return KubeError(status, message).response()
        case "git" | "workspaces":
            return web.Response(text=message + "\n", status=status)
        case _:
            return RpcError(status, message, status=word).response()


def _oci(status: int, code: str, message: str) -> web.Response:
    response = OciError(status, code, message).response()
    response.headers["Docker-Distribution-Api-Version"] = "registry/2.0"
    return response

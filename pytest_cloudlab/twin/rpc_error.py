"""Errors in the shape that Google's newer APIs give them: a code, a message, a status in one word."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from pytest_cloudlab.twin.api_error import ApiError, bearer

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
}
GONE = "Requested entity was not found."


class RpcError(ApiError):
    """A `google.rpc.Status`; `status` is one word, by default the one that goes with the code."""

    def __init__(
        self, code: int, message: str, *, status: str = "", details: Collection[dict[str, Any]] = ()
    ) -> None:
        super().__init__(code, message)
        self._word = status or STATUS.get(code, "UNKNOWN")
        self._details = list(details)

    def response(self) -> web.Response:
        error: dict[str, Any] = {"code": self.status, "message": self.message, "status": self._word}
        if self._details:
            error["details"] = self._details
        return web.json_response({"error": error}, status=self.status)


def denied(service: str, permission: str, resource: str) -> RpcError:
    """What Google says of a project that is somebody else's, or not there: it does not tell which."""
    metadata = {"permission": permission, "resource": resource}
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "IAM_PERMISSION_DENIED",
        "domain": service,
        "metadata": metadata,
    }
    message = f"Permission '{permission}' denied on resource '//{service}/{resource}' (or it may not exist)."
    return RpcError(403, message, details=[info])


def errors_as_status(authorized: Callable[[str], bool]) -> Middleware:
    """A middleware: asks for a bearer token, and answers every failure as a `google.rpc.Status`."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if not authorized(bearer(request)):
                raise RpcError(401, "Request had invalid authentication credentials.")
            return await handler(request)
        except ApiError as error:
            return error.response()
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            message = f"The requested URL {request.path} was not found on this server."
            return RpcError(404, message).response()
        except web.HTTPRequestEntityTooLarge:
            return RpcError(400, "Request payload size exceeds the limit.").response()

    return middleware


async def read_json(request: web.Request, known: Collection[str]) -> dict[str, Any]:
    """The body, an object with no other keys than `known`; an empty body is an empty object."""
    try:
        body: Any = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError):
        raise RpcError(400, "Invalid JSON payload received. Parser Error.") from None
    return an_object(body, known)


def an_object(value: Any, known: Collection[str], where: str = "") -> dict[str, Any]:
    """`value`, when it is a JSON object with no other keys than `known`; `where` says which part it is."""
    if not isinstance(value, dict):
        raise _bad_payload(where, "Proto field is not repeating, cannot start list.")
    for name in value:
        if name not in known:
            at = f" at '{where}'" if where else ""
            raise _bad_payload(where, f'Unknown name "{name}"{at}: Cannot find field.')
    return value


def _bad_payload(where: str, said: str) -> RpcError:
    message = f"Invalid JSON payload received. {said}"
    violation = {"description": message} | ({"field": where} if where else {})
    kind = "type.googleapis.com/google.rpc.BadRequest"
    return RpcError(400, message, details=[{"@type": kind, "fieldViolations": [violation]}])

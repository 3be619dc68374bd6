"""Errors as Kubernetes gives them: a `Status`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from pytest_cloudlab.twin.api_error import bearer

REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    410: "Expired",
    415: "UnsupportedMediaType",
    422: "Invalid",
    429: "TooManyRequests",
    500: "InternalError",
    501: "NotImplemented",
    503: "ServiceUnavailable",
    504: "Timeout",
}


class KubeError(Exception):
    def __init__(
        self, status: int, message: str, *, reason: str = "", details: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason or REASONS.get(status, "InternalError")
        self.details = details

    def response(self) -> web.Response:
        status = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            **({"details": self.details} if self.details else {}),
            "code": self.status,
        }
        return web.json_response(status, status=self.status)


def not_found(plural: str, name: str, group: str = "") -> KubeError:
    what = f"{plural}.{group}" if group else plural
    details = {"name": name, **({"group": group} if group else {}), "kind": plural}
    return KubeError(404, f'{what} "{name}" not found', details=details)


def exists(plural: str, name: str, group: str = "") -> KubeError:
    what = f"{plural}.{group}" if group else plural
    details = {"name": name, **({"group": group} if group else {}), "kind": plural}
    return KubeError(409, f'{what} "{name}" already exists', reason="AlreadyExists", details=details)


def invalid(kind: str, name: str, causes: Sequence[tuple[str, str]]) -> KubeError:
    """`causes`: field and what is wrong with it."""
    said = ", ".join(f"{field}: {message}" for field, message in causes)
    said = said if len(causes) == 1 else f"[{said}]"
    details = {
        "name": name,
        "kind": kind,
        "causes": [
            {"reason": "FieldValueInvalid", "message": message, "field": field} for field, message in causes
        ],
    }
    return KubeError(422, f'{kind} "{name}" is invalid: {said}', details=details)


def errors_as_kubernetes(authorized: Callable[[str], bool]) -> Middleware:
    """A middleware: asks for a bearer token, and answers every failure with a `Status`."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if not authorized(bearer(request)):
                raise KubeError(401, "Unauthorized")
            return await handler(request)
        except KubeError as error:
            return error.response()
        except web.HTTPNotFound:
            return KubeError(404, "the server could not find the requested resource", details={}).response()
        except web.HTTPMethodNotAllowed:
            message = "the server does not allow this method on the requested resource"
            return KubeError(405, message).response()
        except web.HTTPRequestEntityTooLarge:
            return KubeError(413, "the request is too large", reason="RequestEntityTooLarge").response()

    return middleware

"""Errors in the shape that Google's JSON APIs give them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

REASONS = {
    400: "invalid",
    401: "required",
    403: "forbidden",
    404: "notFound",
    405: "httpMethodNotAllowed",
    409: "alreadyExists",
    412: "conditionNotMet",
}


class ApiError(Exception):
    def __init__(self, status: int, message: str, *, reason: str = "", location: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason or REASONS.get(status, "backendError")
        self.location = location

    def response(self) -> web.Response:
        detail = {"message": self.message, "domain": "global", "reason": self.reason}
        if self.location:
            detail |= {"location": self.location, "locationType": "header"}
        error = {"code": self.status, "message": self.message, "errors": [detail]}
        return web.json_response({"error": error}, status=self.status)


def errors_as_json(authorized: Callable[[str], bool]) -> Middleware:
    """A middleware: asks for a bearer token, and answers every failure in Google's shape."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if not authorized(bearer(request)):
                message = "Request is missing required authentication credential or it is not valid."
                raise ApiError(401, message, location="Authorization")
            return await handler(request)
        except ApiError as error:
            return error.response()
        except web.HTTPMethodNotAllowed as error:
            return ApiError(404, f"There is no {error.method} here.").response()
        except web.HTTPNotFound:
            return ApiError(404, f"The requested URL {request.path} was not found on this server.").response()

    return middleware


def bearer(request: web.Request) -> str:
    """The bearer token of a request; empty when it has none."""
    match = re.fullmatch(r"Bearer\s+(\S+)", request.headers.get("Authorization", ""), re.IGNORECASE)
    return match.group(1) if match else ""


def basic(request: web.Request) -> tuple[str, str] | None:
    """The user and password of a request, empty where they make no sense; None when it has none."""
    match = re.fullmatch(r"Basic\s+(\S+)", request.headers.get("Authorization", ""), re.IGNORECASE)
    if match is None:
        return None
    try:
        user, _, password = base64.b64decode(match[1]).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password

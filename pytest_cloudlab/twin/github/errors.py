"""Errors in the shape that GitHub's REST API gives them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

DOCUMENTATION = "https://docs.github.com/rest"
SCOPES = "codespace, repo"


class GithubError(Exception):
    def __init__(self, status: int, message: str, *, errors: Collection[dict[str, Any]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = list(errors)

    def response(self) -> web.Response:
        body: dict[str, Any] = {"message": self.message}
        if self.errors:
            body["errors"] = self.errors
        body["documentation_url"] = DOCUMENTATION
        # A validation's error has none.
        if self.status != 422:
            body["status"] = str(self.status)
        return web.json_response(body, status=self.status)


def invalid(field: str, code: str = "invalid", message: str = "", resource: str = "Codespace") -> GithubError:
    """What GitHub says of a field that it does not take."""
    error = {"resource": resource, "field": field, "code": code} | ({"message": message} if message else {})
    return GithubError(422, "Validation Failed", errors=[error])


def errors_as_github(authorized: Callable[[str], bool]) -> Middleware:
    """A middleware: asks for the account's token, and answers every failure in GitHub's shape."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await _answer(request, handler, authorized)
        response.headers["X-OAuth-Scopes"] = SCOPES
        response.headers["X-GitHub-Media-Type"] = "github.v3; format=json"
        return response

    return middleware


async def _answer(
    request: web.Request, handler: Handler, authorized: Callable[[str], bool]
) -> web.StreamResponse:
    try:
        given = token(request)
        if not authorized(given):
            raise GithubError(401, "Bad credentials" if given else "Requires authentication")
        return await handler(request)
    except GithubError as error:
        return error.response()
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        return GithubError(404, "Not Found").response()
    except web.HTTPRequestEntityTooLarge:
        return GithubError(400, "Request body is too large").response()


def token(request: web.Request) -> str:
    """The token of a request, in either of the words that GitHub takes; empty when it has none."""
    said = re.fullmatch(r"(?:token|Bearer)\s+(\S+)", request.headers.get("Authorization", ""), re.IGNORECASE)
    return said[1] if said else ""

"""What the registries share: their media type and the shape of their errors."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


class OciError(Exception):
    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers

    def response(self) -> web.Response:
        errors = {"errors": [{"code": self.code, "message": self.message, "detail": None}]}
        return web.json_response(errors, status=self.status, headers=self.headers)


@web.middleware
async def errors_as_oci(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except OciError as error:
        response = error.response()
    except web.HTTPMethodNotAllowed as error:
        response = OciError(405, "UNSUPPORTED", f"{error.method} is not supported here.").response()
    except web.HTTPNotFound:
        response = OciError(404, "NAME_UNKNOWN", f"There is nothing at {request.path}.").response()
    if not response.prepared:
        response.headers["Docker-Distribution-Api-Version"] = "registry/2.0"
    return response

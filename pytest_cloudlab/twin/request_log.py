"""The request log: every call a twin answered, as evidence of what a command really did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from pytest_cloudlab.twin.state import Files


@dataclass(frozen=True)
class LoggedRequest:
    """One call. Neither headers nor bodies nor queries are kept: those carry credentials."""

    time: datetime
    service: str
    """The host it was meant for, e.g. `compute.googleapis.com`."""
    method: str
    path: str
    route: str
    """The pattern that matched, e.g. `/v2/{name}/manifests/{reference}`; empty when none did."""
    status: int


class RequestLog:
    """Appends to the file; one line a call, written at once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def append(self, entry: LoggedRequest) -> None:
        self._file.write(msgspec.json.encode(entry) + b"\n")

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        status = 500
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as answer:
            status = answer.status
            raise
        finally:
            resource = request.match_info.route.resource
            self.append(
                LoggedRequest(
                    time=datetime.now(UTC),
                    service=request.host,
                    method=request.method,
                    path=request.path,
                    route=resource.canonical if resource else "",
                    status=status,
                )
            )
        return response

    def close(self) -> None:
        self._file.close()


def requests(state: Path) -> list[LoggedRequest]:
    """The calls answered so far by the twin in that folder, oldest first."""
    path = Files(state).requests
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")
    # What follows the last newline is still being written.
    return [msgspec.json.decode(line, type=LoggedRequest) for line in lines[:-1]]

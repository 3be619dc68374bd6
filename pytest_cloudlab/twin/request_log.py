"""The request log: every call a twin answered, as evidence of what a command really did."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from pytest_cloudlab.twin import hosts
from pytest_cloudlab.twin.client import STATUS_AGENT, client
from pytest_cloudlab.twin.state import Files

FILE_BYTES = 25_000_000
"""A file that is longer becomes the older one of two; the one that was older is removed."""

PATH_CHARS = 2000
BODY_BYTES = 256 * 1024
WITHOUT_BODIES = ("tokens", "registry", "hub", "git", "codespaces")
FOLLOW_S = 0.2


class LoggedRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """One call. Neither headers nor queries are kept: those carry credentials."""

    time: datetime
    service: str
    """The host it was meant for, e.g. `compute.googleapis.com`."""
    method: str
    path: str
    """As it was asked, its escapes included."""
    route: str
    """The pattern that matched, e.g. `/v2/{name}/manifests/{reference}`; empty when none did."""
    status: int
    """403 with an empty path: the proxy refused that host."""
    duration_ms: int = 0
    client: str = ""
    """The program that asked, e.g. `gcloud compute instances create`; empty when it does not say."""
    invocation: str = ""
    """What the calls of one command have in common; empty when its client has no such thing."""
    request_body: Any = None
    """JSON data; None when there was none, it was too long, or the twin does not keep bodies."""
    response_body: Any = None


class RequestLog:
    """Appends to the file; one line a call, written at once."""

    def __init__(self, path: Path, *, bodies: bool = False, file_bytes: int = FILE_BYTES) -> None:
        self._path = path
        self._bodies = bodies
        self._file_bytes = file_bytes
        self._file = path.open("ab", buffering=0)

    def append(self, entry: LoggedRequest) -> None:
        self._file.write(msgspec.json.encode(entry) + b"\n")
        if self._file.tell() >= self._file_bytes:
            self._file.close()
            self._path.replace(older(self._path))
            self._file = self._path.open("ab", buffering=0)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("User-Agent") == STATUS_AGENT:
            return await handler(request)
        status, sent, received = 500, None, None
        began = time.monotonic()
        service = hosts.service(request.host)
        bodies = self._bodies and service not in WITHOUT_BODIES
        try:
            if bodies:
                sent = await _sent(request)
            response = await handler(request)
            status = response.status
            if bodies:
                received = _received(request, response)
        except web.HTTPException as answer:
            status = answer.status
            raise
        finally:
            resource = request.match_info.route.resource
            who = client(request.headers, service)
            self.append(
                LoggedRequest(
                    time=datetime.now(UTC),
                    service=request.host,
                    method=request.method,
                    path=request.rel_url.raw_path[:PATH_CHARS],
                    route=resource.canonical if resource else "",
                    status=status,
                    duration_ms=round((time.monotonic() - began) * 1000),
                    client=who.name,
                    invocation=who.invocation,
                    request_body=sent,
                    response_body=received,
                )
            )
        return response

    def close(self) -> None:
        self._file.close()


def requests(state: Path) -> list[LoggedRequest]:
    """The calls answered so far by the twin in that folder, oldest first."""
    path = Files(state).requests
    lines = [line for each in (older(path), path) if each.exists() for line in _lines(each.read_bytes())]
    return [msgspec.json.decode(line, type=LoggedRequest) for line in lines]


def follow(state: Path) -> Iterator[LoggedRequest]:
    """The calls from now on, as they are answered. Ends when the twin is taken down."""
    path = Files(state).requests
    file = path.open("rb")
    # Now, not when the first one is asked for.
    file.seek(0, os.SEEK_END)
    return _follow(path, file)


def _follow(path: Path, file: BinaryIO) -> Iterator[LoggedRequest]:
    rest = b""
    try:
        while True:
            if data := file.read():
                *lines, rest = (rest + data).split(b"\n")
                yield from (msgspec.json.decode(line, type=LoggedRequest) for line in lines)
            elif path.exists() and not os.path.samestat(path.stat(), os.fstat(file.fileno())):
                file.close()
                file = path.open("rb")
            elif not path.parent.exists():
                return
            else:
                time.sleep(FOLLOW_S)
    finally:
        file.close()


def older(path: Path) -> Path:
    """Where the lines before those of the present file are."""
    return path.with_name("requests.older.jsonl")


def _lines(data: bytes) -> list[bytes]:
    # What follows the last newline is still being written.
    return data.split(b"\n")[:-1]


async def _sent(request: web.Request) -> Any:
    """The JSON that came with a request. It is read here, and handed on as it was."""
    if request.content_type != "application/json" or not 0 < (request.content_length or 0) <= BODY_BYTES:
        return None
    return _json(await request.read())


def _received(request: web.Request, response: web.StreamResponse) -> Any:
    # What a bucket holds is no answer of its API, even where it is JSON.
    if request.query.get("alt") == "media" or response.content_type != "application/json":
        return None
    body = response.body if isinstance(response, web.Response) else None
    return _json(body) if isinstance(body, bytes) and len(body) <= BODY_BYTES else None


def _json(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None

"""Several calls in one: what gcloud sends as soon as a command names two instances."""

from __future__ import annotations

import email
import secrets
from collections.abc import AsyncIterator, Sequence
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP

import aiohttp
from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError

MAX_CALLS = 1000


def add_to(app: web.Application) -> None:
    app.router.add_post("/batch/compute/v1", _batch)


async def _batch(request: web.Request) -> web.Response:
    head = f"Content-Type: {request.headers.get('Content-Type', '')}\r\n\r\n".encode()
    whole = email.message_from_bytes(head + await request.read(), policy=HTTP)
    parts = [part for part in whole.walk() if part.get_content_type() == "application/http"]
    if not whole.is_multipart() or not 0 < len(parts) <= MAX_CALLS:
        raise ApiError(400, "Failed to parse batch request.", reason="parseError")
    boundary = f"batch_{secrets.token_hex(16)}"
    body = b"".join([answer async for answer in _answers(request, parts, boundary)])
    headers = {"Content-Type": f"multipart/mixed; boundary={boundary}"}
    return web.Response(body=body + f"--{boundary}--\r\n".encode(), headers=headers)


async def _answers(request: web.Request, parts: Sequence[Message], boundary: str) -> AsyncIterator[bytes]:
    """Each call goes to this very server again, so that it is checked and logged like any other."""
    assert request.transport is not None
    port = request.transport.get_extra_info("sockname")[1]
    async with aiohttp.ClientSession() as session:
        for part in parts:
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            line, _, rest = payload.partition(b"\n")
            try:
                method, target, _ = line.decode().split()
            except ValueError:
                raise ApiError(400, "Failed to parse batch request.", reason="parseError") from None
            inner = BytesParser(policy=HTTP).parsebytes(rest)
            headers = {
                "Host": request.host,
                # The log shows which command the call is part of.
                "User-Agent": request.headers.get("User-Agent", ""),
                "Content-Type": str(inner.get("Content-Type") or "application/json"),
                "Authorization": str(inner.get("Authorization") or request.headers.get("Authorization", "")),
            }
            path = target.removeprefix(f"https://{request.host}")
            if not path.startswith("/compute/"):
                raise ApiError(400, f"A batch holds calls of this API only, not {path}.")
            data = str(inner.get_payload()).encode() or None
            # The certificate is for the real name, this is the loopback.
            url = f"https://127.0.0.1:{port}{path}"
            async with session.request(method, url, headers=headers, data=data, ssl=False) as answer:
                identity = part.get("Content-ID", "<>").strip("<>")
                opening = f"--{boundary}\r\nContent-Type: application/http\r\n"
                opening += f"Content-ID: <response-{identity}>\r\n\r\n"
                status = f"HTTP/1.1 {answer.status} {answer.reason or 'Unknown'}\r\n"
                about = f"Content-Type: {answer.headers.get('Content-Type', 'application/json')}\r\n\r\n"
                yield (opening + status + about).encode() + await answer.read() + b"\r\n"

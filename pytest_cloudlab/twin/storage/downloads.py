"""The content of an object, whole or one range of it."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.storage.objects import Object

CHUNK_BYTES = 256 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


async def send(request: web.Request, one: Object, path: Path) -> web.StreamResponse:
    size = one.sums.size_bytes
    first, last = _range(request.headers.get("Range", ""), size)
    response = web.StreamResponse(headers=_headers(one))
    response.content_length = last - first + 1
    if (first, last) != (0, size - 1):
        response.set_status(206)
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    # Who replaces or deletes the object meanwhile takes nothing from a reader who has it open.
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise ApiError(404, f"No such object: {one.name}") from None
    with file:
        await response.prepare(request)
        if request.method == "HEAD":
            return response
        file.seek(first)
        left = last - first + 1
        while left and (chunk := await asyncio.to_thread(file.read, min(left, CHUNK_BYTES))):
            await response.write(chunk)
            left -= len(chunk)
    await response.write_eof()
    return response


def _range(text: str, size: int) -> tuple[int, int]:
    """First and last byte; the whole for what cannot be read, as RFC 9110 wants it. Raises `ApiError` 416."""
    match = RANGE.fullmatch(text.replace(" ", ""))
    if not match or match.groups() == ("", ""):
        return 0, size - 1
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) and size else _unsatisfiable(size)
    if last and int(last) < int(first):
        return 0, size - 1
    if int(first) >= size:
        return _unsatisfiable(size)
    return int(first), min(int(last), size - 1) if last else size - 1


def _unsatisfiable(size: int) -> tuple[int, int]:
    message = f"The requested range cannot be satisfied: the object has {size} bytes."
    raise ApiError(416, message, reason="requestedRangeNotSatisfiable", location="Range")


def _headers(one: Object) -> dict[str, str]:
    sums = [f"crc32c={one.sums.crc32c}"] + ([f"md5={one.sums.md5}"] if one.sums.md5 else [])
    headers = {
        "Content-Type": one.content_type,
        "Accept-Ranges": "bytes",
        "ETag": one.etag,
        "Last-Modified": format_datetime(datetime.fromisoformat(one.updated), usegmt=True),
        "X-Goog-Generation": str(one.generation),
        "X-Goog-Metageneration": str(one.metageneration),
        "X-Goog-Hash": ",".join(sums),
        "X-Goog-Storage-Class": str(one.about.get("storageClass", "STANDARD")),
        "X-Goog-Stored-Content-Encoding": str(one.about.get("contentEncoding", "identity")),
        "X-Goog-Stored-Content-Length": str(one.sums.size_bytes),
    }
    for field, header in (
        ("contentEncoding", "Content-Encoding"),
        ("contentDisposition", "Content-Disposition"),
        ("contentLanguage", "Content-Language"),
        ("cacheControl", "Cache-Control"),
    ):
        if one.about.get(field):
            headers[header] = one.about[field]
    return headers

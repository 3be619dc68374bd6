"""The body of a request as it arrives, with a limit on the silence in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError

IDLE_S = 60
SMALL_BYTES = 256 * 1024


async def chunks(request: web.Request) -> AsyncIterator[bytes]:
    """Raises `ApiError` 408 when nothing comes for `IDLE_S`."""
    # The request log may have read a short one already; then this is where it was kept.
    small = 0 < (request.content_length or 0) <= SMALL_BYTES
    while True:
        try:
            async with asyncio.timeout(IDLE_S):
                chunk = await (request.read() if small else request.content.readany())
        except TimeoutError:
            raise ApiError(408, "Nothing was received for too long.", reason="timeout") from None
        if not chunk:
            return
        yield chunk
        if small:
            return

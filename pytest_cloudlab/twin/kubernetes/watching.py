"""Telling who watches what changes, line by line."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

from aiohttp import web

from pytest_cloudlab.twin.kubernetes.kinds import Kind, Object, namespace_of
from pytest_cloudlab.twin.kubernetes.selectors import Fits
from pytest_cloudlab.twin.kubernetes.store import Change, Store
from pytest_cloudlab.twin.kubernetes.table import table

LONGEST_S = 1800


async def watch(
    request: web.Request,
    store: Store,
    kind: Kind,
    namespace: str,
    fits: Fits,
    *,
    as_table: bool,
    since: str,
) -> web.StreamResponse:
    """Until the client goes, or its time is over."""
    asked = request.query.get("timeoutSeconds", "")
    limit_s = (
        min(int(asked), LONGEST_S) if asked.isascii() and asked.isdigit() and asked != "0" else LONGEST_S
    )
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.enable_chunked_encoding()

    def line(what: str, item: Object, version: int) -> bytes:
        shown = table(kind, [item], version) if as_table else item
        return json.dumps({"type": what, "object": shown}).encode() + b"\n"

    def wanted(change: Change) -> bool:
        return change.kind is kind and namespace in ("", namespace_of(change.item)) and fits(change.item)

    with store.watching() as changes, suppress(TimeoutError, ConnectionError):
        if since in ("", "0"):
            missed = [
                Change("ADDED", kind, one, store.version) for one in store.all(kind, namespace) if fits(one)
            ]
        else:
            missed = store.since(int(since) if since.isascii() and since.isdigit() else 0)
        await response.prepare(request)
        async with asyncio.timeout(limit_s):
            for change in missed:
                if wanted(change):
                    await response.write(line(change.type, change.item, change.version))
            while True:
                change = await changes.get()
                if wanted(change):
                    await response.write(line(change.type, change.item, change.version))
    return response

"""Objects made of other objects: copied, moved, composed."""

from __future__ import annotations

import asyncio

from aiohttp import web
from msgspec.structs import replace

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.storage import conditions, fields
from pytest_cloudlab.twin.storage.fields import Fields
from pytest_cloudlab.twin.storage.objects import Object, require_name
from pytest_cloudlab.twin.storage.store import Query, Store
from pytest_cloudlab.twin.storage.sums import Sums, sums

MOST_SOURCES = 32


class Copies:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def copy(self, request: web.Request) -> web.Response:
        _, made = await self._copied(request)
        return web.json_response(made.resource(_to_bucket(request)))

    async def rewrite(self, request: web.Request) -> web.Response:
        """Always done at once: no token, no second call."""
        _, made = await self._copied(request)
        size = str(made.sums.size_bytes)
        return web.json_response(
            {
                "kind": "storage#rewriteResponse",
                "totalBytesRewritten": size,
                "objectSize": size,
                "done": True,
                "resource": made.resource(_to_bucket(request)),
            }
        )

    async def move(self, request: web.Request) -> web.Response:
        source, made = await self._copied(request)
        bucket = self._store.bucket(request.match_info["bucket"])
        if made.name != source.name:
            await self._store.remove(bucket, source.name, {"generation": str(source.generation)})
        return web.json_response(made.resource(bucket.name))

    async def compose(self, request: web.Request) -> web.Response:
        given = await fields.body(request)
        bucket = self._store.bucket(request.match_info["bucket"])
        name = require_name(request.match_info["object"])
        parts = [await self._part(bucket.name, part) for part in _sources(given)]
        destination = given.get("destination")
        about = fields.merged({}, fields.of_object(destination if isinstance(destination, dict) else {}))
        about = {"contentType": parts[0].content_type} | about
        blob = await asyncio.to_thread(
            self._store.blobs.join, [bucket.path(part, self._store.blobs) for part in parts]
        )
        content = await self._sums_of(blob)
        made = await self._put(
            bucket.name,
            name,
            request.query,
            Object(
                name,
                0,
                Sums(content.size_bytes, "", content.crc32c),
                "",
                "",
                blob=blob,
                components=sum(part.components or 1 for part in parts),
                about=about,
            ),
        )
        return web.json_response(made.resource(bucket.name))

    async def _part(self, bucket_name: str, part: Fields) -> Object:
        bucket = self._store.bucket(bucket_name)
        wanted = part.get("objectPreconditions")
        wanted = wanted if isinstance(wanted, dict) else {}
        query = {key: str(value) for key, value in wanted.items()}
        if part.get("generation"):
            query["generation"] = str(part["generation"])
        found = await self._store.object(bucket, str(part.get("name", "")), query)
        conditions.require(query, found)
        return found

    async def _copied(self, request: web.Request) -> tuple[Object, Object]:
        """The source, and what was made of it."""
        given = await fields.body(request)
        match, query = request.match_info, request.query
        bucket = self._store.bucket(match["bucket"])
        self._store.bucket(_to_bucket(request))
        name = require_name(match["to_object"])
        source = await self._store.object(bucket, match["object"], query, prefix="source")
        conditions.require(query, source, prefix="ifSource")
        about = fields.merged({}, fields.of_object(given)) or source.about
        blob = await asyncio.to_thread(self._store.blobs.join, [bucket.path(source, self._store.blobs)])
        draft = replace(source, name=name, blob=blob, about=about, metageneration=1)
        return source, await self._put(_to_bucket(request), name, query, draft)

    async def _put(self, bucket: str, name: str, query: Query, draft: Object) -> Object:
        def make(_: Object | None, generation: int, now: str) -> Object:
            return replace(draft, generation=generation, created=now, updated=now)

        try:
            return await self._store.put(bucket, name, query, make)
        except BaseException:
            self._store.blobs.remove(draft.blob)
            raise

    async def _sums_of(self, blob: str) -> Sums:
        return await asyncio.to_thread(sums, self._store.blobs.path(blob))


def _to_bucket(request: web.Request) -> str:
    """A move stays in its bucket and does not name another."""
    return request.match_info.get("to_bucket", request.match_info["bucket"])


def _sources(given: Fields) -> list[Fields]:
    sources = given.get("sourceObjects")
    if not isinstance(sources, list) or not all(isinstance(one, dict) for one in sources):
        raise ApiError(400, "Required", reason="required")
    if not 0 < len(sources) <= MOST_SOURCES:
        raise ApiError(400, f"The number of source components is not between 1 and {MOST_SOURCES}.")
    return sources

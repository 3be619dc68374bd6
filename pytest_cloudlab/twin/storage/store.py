"""All buckets of the twin. What changes them goes through here, one change at a time, and is kept at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.saved import Saved
from pytest_cloudlab.twin.storage import conditions
from pytest_cloudlab.twin.storage.blobs import Blobs
from pytest_cloudlab.twin.storage.buckets import Bucket
from pytest_cloudlab.twin.storage.fields import Fields
from pytest_cloudlab.twin.storage.objects import Object, moment
from pytest_cloudlab.twin.storage.sessions import Session, Sessions

Query = Mapping[str, str]
SERVICE = "storage"


class Store:
    def __init__(self, project: str, seeds: Mapping[str, str], folder: Path, saved: Saved) -> None:
        self.project = project
        self.blobs = Blobs(folder)
        self._saved = saved
        self._changing = asyncio.Lock()
        self._last_generation = 0
        known = saved.read(SERVICE)
        self.sessions = Sessions(self.blobs, _list_of(known, "sessions", Session))
        # A seeded bucket that is missing from what was kept was deleted.
        buckets = _list_of(known, "buckets", Bucket) if known else [_seeded(*each) for each in seeds.items()]
        self.buckets = {bucket.name: bucket for bucket in buckets}
        self.blobs.keep_only(
            self.sessions.blobs().union(*(bucket.blobs() for bucket in self.buckets.values()))
        )

    def bucket(self, name: str) -> Bucket:
        """Raises `ApiError` 404."""
        try:
            return self.buckets[name]
        except KeyError:
            raise ApiError(404, "The specified bucket does not exist.") from None

    async def object(self, bucket: Bucket, name: str, query: Query, *, prefix: str = "") -> Object:
        """The one that the request names; raises `ApiError` 404. `prefix` is that of its generation."""
        found = await bucket.find(name)
        key = f"{prefix}Generation" if prefix else "generation"
        if not found or (query.get(key) and found.generation != conditions.number(query, key)):
            raise ApiError(404, f"No such object: {bucket.name}/{name}")
        return found

    async def insert_bucket(self, bucket: Bucket) -> None:
        """Raises `ApiError` 409."""
        async with self._changing:
            if bucket.name in self.buckets:
                message = "Your previous request to create the named bucket succeeded and you already own it."
                raise ApiError(409, message, reason="conflict")
            self.buckets[bucket.name] = bucket
            self.save()

    async def delete_bucket(self, name: str, query: Query) -> None:
        async with self._changing:
            bucket = self.bucket(name)
            conditions.require(query, bucket)
            if await bucket.listed():
                message = "The bucket you tried to delete is not empty."
                raise ApiError(409, message, reason="conflict")
            del self.buckets[name]
            self.save()

    async def update_bucket(self, name: str, query: Query, change: Callable[[Bucket], None]) -> Bucket:
        async with self._changing:
            bucket = self.bucket(name)
            conditions.require(query, bucket)
            change(bucket)
            bucket.metageneration += 1
            bucket.updated = moment(time.time())
            self.save()
            return bucket

    async def put(
        self, bucket_name: str, name: str, query: Query, make: Callable[[Object | None, int, str], Object]
    ) -> Object:
        """`make` gets the object of that name, a new generation and the time, and returns the new object.

        Raises `ApiError` 404, 412; the blob of the new object is the caller's until this returns.
        """
        async with self._changing:
            bucket = self.bucket(bucket_name)
            old = await bucket.find(name)
            conditions.require(query, old)
            # Clocks are set back now and then; generations never are.
            self._last_generation = max(
                time.time_ns() // 1000, self._last_generation + 1, old.generation + 1 if old else 0
            )
            new = make(old, self._last_generation, moment(time.time()))
            bucket.put(new)
            self.save()
            if old and old.blob and old.blob != new.blob:
                self.blobs.remove(old.blob)
            return new

    async def describe(
        self, bucket: Bucket, name: str, query: Query, change: Callable[[Fields], Fields]
    ) -> Object:
        """Change what is said about an object, not its content. Raises `ApiError` 404, 412."""
        async with self._changing:
            old = await self.object(bucket, name, query)
            conditions.require(query, old)
            # The seeded folder has no place for it: from now on the object is the twin's own.
            blob = old.blob or await asyncio.to_thread(self.blobs.join, [bucket.path(old, self.blobs)])
            new = replace(
                old,
                blob=blob,
                about=change(old.about),
                metageneration=old.metageneration + 1,
                updated=moment(time.time()),
            )
            bucket.put(new)
            self.save()
            return new

    async def remove(self, bucket: Bucket, name: str, query: Query) -> None:
        """Raises `ApiError` 404, 412."""
        async with self._changing:
            old = await self.object(bucket, name, query)
            conditions.require(query, old)
            bucket.remove(name)
            self.save()
            if old.blob:
                self.blobs.remove(old.blob)

    def save(self) -> None:
        known = {"buckets": list(self.buckets.values()), "sessions": self.sessions.open}
        # Encoded in one go: a change among 10,000 objects costs a fifth of what it does by way of dicts.
        encoded = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in known.items()}
        self._saved.write(SERVICE, encoded)


def _seeded(name: str, folder: str) -> Bucket:
    created = moment(Path(folder).stat().st_mtime)
    return Bucket(name, created, created, seed=folder)


def _list_of(known: dict[str, Any], key: str, kind: type[Any]) -> list[Any]:
    return msgspec.convert(known.get(key, []), type=list[kind])  # type: ignore[valid-type] # a type all the same

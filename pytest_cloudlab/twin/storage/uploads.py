"""Uploads: in one piece, with a description before it, or in a session of many pieces."""

from __future__ import annotations

import asyncio
import base64
import re

from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.storage import conditions, fields
from pytest_cloudlab.twin.storage.fields import Fields
from pytest_cloudlab.twin.storage.multipart import Multipart
from pytest_cloudlab.twin.storage.objects import Object, require_name
from pytest_cloudlab.twin.storage.sessions import Plan, Session
from pytest_cloudlab.twin.storage.store import Store
from pytest_cloudlab.twin.storage.stream import chunks
from pytest_cloudlab.twin.storage.sums import sums

PIECE_BYTES = 256 * 1024
RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)")
GOOG_HASH = re.compile(r"(crc32c|md5)=([A-Za-z0-9+/]+=*)")


class Uploads:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def insert(self, request: web.Request) -> web.Response:
        self._store.bucket(request.match_info["bucket"])
        kind = request.query.get("uploadType", "")
        if kind == "resumable":
            return await self._start(request)
        if kind == "multipart":
            body = Multipart(chunks(request), request.headers.get("Content-Type", ""))
            await body.open()
            await body.head()
            given = fields.parsed(await body.description())
            content_type = (await body.head()).get("content-type", "")
            content = body.part()
        elif kind == "media":
            given, content = {}, chunks(request)
            content_type = request.headers.get("Content-Type", "")
        else:
            raise ApiError(400, f"Upload type {kind!r} is not known.", reason="badRequest")
        plan = _plan(request, given, content_type)
        blob = self._store.blobs.new()
        try:
            await self._store.blobs.append(blob, content)
            made = await self._finish(plan, blob)
        except BaseException:
            self._store.blobs.remove(blob)
            raise
        return web.json_response(made.resource(plan.bucket))

    async def _start(self, request: web.Request) -> web.Response:
        given = await fields.body(request)
        length = request.headers.get("X-Upload-Content-Length", "")
        plan = _plan(request, given, request.headers.get("X-Upload-Content-Type", ""))
        bucket = self._store.bucket(plan.bucket)
        conditions.require(plan.conditions, await bucket.find(plan.name))
        total = int(length) if length.isascii() and length.isdigit() and len(length) < 19 else -1
        session = self._store.sessions.start(plan, total)
        self._store.save()
        location = request.url.with_scheme("https").update_query(upload_id=session.id)
        headers = {"Location": str(location), "X-GUploader-UploadID": session.id}
        return web.Response(headers=headers)

    async def resume(self, request: web.Request) -> web.Response:
        """A piece of a session's content, or the question how much of it has arrived."""
        session = self._session(request)
        lock = self._store.sessions.lock(session)
        if lock.locked():
            raise ApiError(409, "Another request is writing to this upload.", reason="conflict")
        async with lock:
            if session.generation:
                bucket = self._store.bucket(session.plan.bucket)
                query = {"generation": str(session.generation)}
                made = await self._store.object(bucket, session.plan.name, query)
                return web.json_response(made.resource(bucket.name))
            if await self._receive(request, session):
                return await self._end(request, session)
            size = self._store.blobs.size_bytes(session.blob)
            headers = {"X-GUploader-UploadID": session.id, "Range": f"bytes=0-{size - 1}"}
            if not size:
                del headers["Range"]
            return web.Response(status=308, reason="Resume Incomplete", headers=headers)

    async def cancel(self, request: web.Request) -> web.Response:
        session = self._session(request)
        async with self._store.sessions.lock(session):
            self._store.sessions.forget(session.id)
            self._store.save()
        return web.Response(status=499, reason="Client Closed Request")

    def _session(self, request: web.Request) -> Session:
        session = self._store.sessions.find(request.query.get("upload_id", ""))
        if session.plan.bucket != request.match_info["bucket"]:
            raise ApiError(404, "No such upload.")
        return session

    async def _receive(self, request: web.Request, session: Session) -> bool:
        """Whether all has arrived then."""
        received = self._store.blobs.size_bytes(session.blob)
        text = request.headers.get("Content-Range", "")
        match = RANGE.fullmatch(text) if text else None
        if text and not match:
            raise ApiError(400, f"Failed to parse Content-Range header: {text}", reason="badRequest")
        first, last, total = match.groups() if match else (str(received), None, None)
        if total not in (None, "*"):
            if session.total not in (-1, int(total)):
                raise ApiError(400, "The total size is not what was said before.", reason="badRequest")
            session.total = int(total)
        if match and first is None:
            return received == session.total
        offset = int(first or 0)
        if offset > received:
            message = f"The upload's offset is {offset}, but {received} bytes have been received."
            raise ApiError(400, message, reason="badRequest")
        # What is sent a second time is known already.
        await self._store.blobs.append(session.blob, chunks(request), skip=received - offset)
        size = self._store.blobs.size_bytes(session.blob)
        if not match:
            session.total = size
            return True
        end = int(last or 0) + 1
        if size != max(end, received) or 0 <= session.total < size:
            self._store.blobs.truncate(session.blob, received)
            raise ApiError(400, "The content is not as long as its range says.", reason="badRequest")
        if size != session.total and (end - offset) % PIECE_BYTES:
            self._store.blobs.truncate(session.blob, received)
            message = f"Each piece but the last has to be a multiple of {PIECE_BYTES} bytes."
            raise ApiError(400, message, reason="badRequest")
        return size == session.total

    async def _end(self, request: web.Request, session: Session) -> web.Response:
        session.plan.expected.update(_expected(request, {}))
        try:
            made = await self._finish(session.plan, session.blob, session)
        except ApiError:
            self._store.sessions.forget(session.id)
            self._store.save()
            raise
        return web.json_response(made.resource(session.plan.bucket))

    async def _finish(self, plan: Plan, blob: str, session: Session | None = None) -> Object:
        """Make the blob an object. Raises `ApiError` 400 when it is not what the client meant to send."""
        content = await asyncio.to_thread(sums, self._store.blobs.path(blob))
        for field, actual in (("md5Hash", content.md5), ("crc32c", content.crc32c)):
            said = plan.expected.get(field, actual)
            if said != actual:
                kind = "MD5 hash" if field == "md5Hash" else "CRC32C"
                raise ApiError(400, f'Provided {kind} "{said}" doesn\'t match calculated {kind} "{actual}".')

        def make(_: Object | None, generation: int, now: str) -> Object:
            if session:
                # Kept with the object, in one step: from here on the blob is the object's.
                session.generation = generation
            return Object(plan.name, generation, content, now, now, blob=blob, about=plan.about)

        return await self._store.put(plan.bucket, plan.name, plan.conditions, make)


def _plan(request: web.Request, given: Fields, content_type: str) -> Plan:
    name = require_name(str(request.query.get("name") or given.get("name") or ""))
    if encoding := request.query.get("contentEncoding"):
        given = {"contentEncoding": encoding} | given
    about = fields.merged({}, fields.of_object({"contentType": content_type or None} | given))
    return Plan(
        request.match_info["bucket"],
        name,
        {"contentType": "application/octet-stream"} | about,
        _expected(request, given),
        conditions.given(request.query),
    )


def _expected(request: web.Request, given: Fields) -> dict[str, str]:
    """The sums that the client says the content has."""
    expected = {name: str(given[name]) for name in ("md5Hash", "crc32c") if given.get(name)}
    for kind, value in GOOG_HASH.findall(request.headers.get("X-Goog-Hash", "")):
        expected["md5Hash" if kind == "md5" else kind] = value
    if value := request.headers.get("Content-MD5"):
        expected["md5Hash"] = value
    for name, value in expected.items():
        try:
            base64.b64decode(value, validate=True)
        except ValueError:
            raise fields.invalid(name) from None
    return expected

"""Cloud Storage's routes. What is not here is 404."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError, bearer
from pytest_cloudlab.twin.project_number import project_number
from pytest_cloudlab.twin.saved import Saved
from pytest_cloudlab.twin.storage import conditions, fields, listing
from pytest_cloudlab.twin.storage.buckets import Bucket, require_location, require_name
from pytest_cloudlab.twin.storage.copies import Copies
from pytest_cloudlab.twin.storage.downloads import send
from pytest_cloudlab.twin.storage.objects import Object, moment
from pytest_cloudlab.twin.storage.store import Store
from pytest_cloudlab.twin.storage.uploads import Uploads

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

ROOT = "/storage/v1/b"
BUCKET = ROOT + "/{bucket}"
OBJECTS = "/b/{bucket}/o"
OBJECT = BUCKET + "/o/{object:[^/]+}"
TO = "/b/{to_bucket}/o/{to_object:[^/]+}"
UPLOADS = tuple(root + "/storage/v1" + OBJECTS for root in ("/upload", "/resumable/upload"))


class Storage:
    """The service; `folder` is where it keeps what is uploaded, `seeds` maps buckets to their folders."""

    def __init__(self, project: str, seeds: Mapping[str, str], folder: Path, saved: Saved) -> None:
        self._store = Store(project, seeds, folder, saved)

    def add_to(self, app: web.Application) -> None:
        uploads, copies = Uploads(self._store), Copies(self._store)
        public: list[tuple[str, Answer]] = [
            (BUCKET, self._bucket),
            (BUCKET + "/storageLayout", self._layout),
            (BUCKET + "/managedFolders", self._managed_folders),
            (BUCKET + "/o", self._objects),
            (OBJECT, self._object),
            ("/download" + OBJECT, self._download),
        ]
        for path, answer in public:
            app.router.add_get(path, self._readable(answer))
        private: list[tuple[str, str, Answer]] = [
            ("GET", ROOT, self._buckets),
            ("POST", ROOT, self._insert_bucket),
            ("PATCH", BUCKET, self._patch_bucket),
            ("PUT", BUCKET, self._update_bucket),
            ("DELETE", BUCKET, self._delete_bucket),
            ("PATCH", OBJECT, self._patch),
            ("PUT", OBJECT, self._update),
            ("DELETE", OBJECT, self._delete),
            ("POST", OBJECT + "/compose", copies.compose),
            ("POST", OBJECT + "/copyTo" + TO, copies.copy),
            ("POST", OBJECT + "/rewriteTo" + TO, copies.rewrite),
            ("POST", OBJECT + "/moveTo/o/{to_object:[^/]+}", copies.move),
        ]
        for path in UPLOADS:
            private += [
                ("POST", path, uploads.insert),
                ("PUT", path, uploads.resume),
                ("DELETE", path, uploads.cancel),
            ]
        for method, path, answer in private:
            app.router.add_route(method, path, _signed_in(answer))

    async def _buckets(self, request: web.Request) -> web.Response:
        self._require_project(request)
        size, after = listing.size_and_start(request.query)
        prefix = request.query.get("prefix", "")
        names = [name for name in sorted(self._store.buckets) if name > after and name.startswith(prefix)]
        answer: fields.Fields = {"kind": "storage#buckets"}
        if items := [self._store.buckets[name].resource(self._store.project) for name in names[:size]]:
            answer["items"] = items
        if len(names) > size:
            answer["nextPageToken"] = listing.token(names[size - 1])
        return web.json_response(answer)

    async def _insert_bucket(self, request: web.Request) -> web.Response:
        self._require_project(request)
        given = await fields.body(request)
        name = require_name(str(given.get("name", "")))
        location = require_location(str(given.get("location") or "US"))
        now = moment(time.time())
        bucket = Bucket(name, now, now, location, about=fields.merged({}, fields.of_bucket(given)))
        await self._store.insert_bucket(bucket)
        return web.json_response(bucket.resource(self._store.project))

    async def _bucket(self, request: web.Request) -> web.Response:
        bucket = self._bucket_of(request)
        conditions.require(request.query, bucket, reading=True)
        return web.json_response(bucket.resource(self._store.project))

    async def _patch_bucket(self, request: web.Request) -> web.Response:
        given = fields.of_bucket(await fields.body(request))

        def change(bucket: Bucket) -> None:
            bucket.about = fields.merged(bucket.about, given)

        return await self._changed_bucket(request, change)

    async def _update_bucket(self, request: web.Request) -> web.Response:
        given = fields.merged({}, fields.of_bucket(await fields.body(request)))

        def change(bucket: Bucket) -> None:
            bucket.about = given

        return await self._changed_bucket(request, change)

    async def _changed_bucket(self, request: web.Request, change: Callable[[Bucket], None]) -> web.Response:
        bucket = await self._store.update_bucket(request.match_info["bucket"], request.query, change)
        return web.json_response(bucket.resource(self._store.project))

    async def _delete_bucket(self, request: web.Request) -> web.Response:
        await self._store.delete_bucket(request.match_info["bucket"], request.query)
        return web.Response(status=204)

    async def _layout(self, request: web.Request) -> web.Response:
        bucket = self._bucket_of(request)
        layout = {"kind": "storage#storageLayout", "bucket": bucket.name, "location": bucket.location}
        return web.json_response(layout | {"locationType": bucket.location_type})

    async def _managed_folders(self, request: web.Request) -> web.Response:
        """None: they would carry permissions, and the twin has none."""
        self._bucket_of(request)
        return web.json_response({"kind": "storage#managedFolders"})

    async def _objects(self, request: web.Request) -> web.Response:
        bucket = self._bucket_of(request)
        found = await bucket.listed(request.query.get("prefix", ""))
        return web.json_response(listing.page(bucket.name, found, request.query))

    async def _object(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("alt") == "media":
            return await self._download(request)
        bucket, found = await self._found(request)
        return web.json_response(found.resource(bucket.name))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        bucket, found = await self._found(request)
        return await send(request, found, bucket.path(found, self._store.blobs))

    async def _patch(self, request: web.Request) -> web.Response:
        given = fields.of_object(await fields.body(request))
        return await self._changed(request, lambda old: fields.merged(old, given))

    async def _update(self, request: web.Request) -> web.Response:
        given = fields.merged({}, fields.of_object(await fields.body(request)))
        return await self._changed(request, lambda _: given)

    async def _changed(
        self, request: web.Request, change: Callable[[fields.Fields], fields.Fields]
    ) -> web.Response:
        bucket, name = self._bucket_of(request), request.match_info["object"]
        changed = await self._store.describe(bucket, name, request.query, change)
        return web.json_response(changed.resource(bucket.name))

    async def _delete(self, request: web.Request) -> web.Response:
        await self._store.remove(self._bucket_of(request), request.match_info["object"], request.query)
        return web.Response(status=204)

    async def _found(self, request: web.Request) -> tuple[Bucket, Object]:
        bucket = self._bucket_of(request)
        found = await self._store.object(bucket, request.match_info["object"], request.query)
        conditions.require(request.query, found, reading=True)
        return bucket, found

    def _bucket_of(self, request: web.Request) -> Bucket:
        return self._store.bucket(request.match_info["bucket"])

    def _require_project(self, request: web.Request) -> None:
        project = request.query.get("project", "")
        if not project:
            raise ApiError(400, "Required parameter: project", reason="required")
        if project not in (self._store.project, project_number(self._store.project)):
            raise ApiError(400, f"Unknown project id: {project}")

    def _readable(self, answer: Answer) -> Answer:
        """Without a token only what the course put there: gsutil in a classroom often has none."""

        async def handler(request: web.Request) -> web.StreamResponse:
            if not bearer(request) and not self._bucket_of(request).seed:
                raise _unauthorized()
            return await answer(request)

        return handler


def _signed_in(answer: Answer) -> Answer:
    async def handler(request: web.Request) -> web.StreamResponse:
        if not bearer(request):
            raise _unauthorized()
        return await answer(request)

    return handler


def _unauthorized() -> ApiError:
    return ApiError(
        401, "Anonymous callers have no access to this resource.", reason="required", location="Authorization"
    )

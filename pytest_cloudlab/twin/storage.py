"""Cloud Storage's JSON API over folders of this machine; reading only."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError

BUCKET = "/storage/v1/b/{bucket}"
OBJECT = "/b/{bucket}/o/{object:.+}"
LINK = "https://www.googleapis.com/storage/v1/b"
PAGE = 1000

Resource = dict[str, Any]


class Storage:
    def __init__(self, project: str, buckets: Mapping[str, str]) -> None:
        self._project = project
        self._buckets = {name: Path(folder).resolve() for name, folder in buckets.items()}
        self._sums: dict[tuple[Path, int], str] = {}

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/storage/v1/b", self._list_buckets)
        app.router.add_get(BUCKET, self._bucket)
        app.router.add_get(BUCKET + "/o", self._list)
        app.router.add_get("/storage/v1" + OBJECT, self._object)
        app.router.add_get("/download/storage/v1" + OBJECT, self._download)

    async def _list_buckets(self, _: web.Request) -> web.Response:
        items = [self._describe(name) for name in sorted(self._buckets)]
        return web.json_response({"kind": "storage#buckets", **({"items": items} if items else {})})

    async def _bucket(self, request: web.Request) -> web.Response:
        self._folder(request)
        return web.json_response(self._describe(request.match_info["bucket"]))

    async def _list(self, request: web.Request) -> web.Response:
        folder, query = self._folder(request), request.query
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        names = sorted(
            name
            for path in folder.rglob("*")
            if path.is_file() and (name := _name(folder, path)).startswith(prefix)
        )
        try:
            size = min(int(query.get("maxResults", PAGE)), PAGE)
            # The token is the last name of the page before, as the real one encodes it.
            after = base64.urlsafe_b64decode(query.get("pageToken", "")).decode()
        except ValueError:
            raise ApiError(400, "Invalid argument.") from None
        entries: dict[str, bool] = {}
        for name in names:
            rest = name[len(prefix) :]
            folded = bool(delimiter) and delimiter in rest
            entries[prefix + rest.partition(delimiter)[0] + delimiter if folded else name] = folded
        waiting = [entry for entry in sorted(entries) if entry > after]
        chosen = waiting[:size]
        answer: Resource = {"kind": "storage#objects"}
        if len(waiting) > len(chosen) and chosen:
            answer["nextPageToken"] = base64.urlsafe_b64encode(chosen[-1].encode()).decode()
        bucket = request.match_info["bucket"]
        if items := [self._metadata(bucket, name, folder / name) for name in chosen if not entries[name]]:
            answer["items"] = items
        if prefixes := [name for name in chosen if entries[name]]:
            answer["prefixes"] = prefixes
        return web.json_response(answer)

    async def _object(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("alt") == "media":
            return await self._download(request)
        path, name = self._path(request)
        return web.json_response(self._metadata(request.match_info["bucket"], name, path))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        path, name = self._path(request)
        about = self._metadata(request.match_info["bucket"], name, path)
        headers = {
            "Content-Type": about["contentType"],
            "X-Goog-Generation": about["generation"],
            "X-Goog-Hash": f"md5={about['md5Hash']}",
            "X-Goog-Stored-Content-Length": about["size"],
        }
        return web.FileResponse(path, headers=headers)

    def _folder(self, request: web.Request) -> Path:
        """Raises `ApiError` 404."""
        try:
            return self._buckets[request.match_info["bucket"]]
        except KeyError:
            raise ApiError(404, "The specified bucket does not exist.") from None

    def _path(self, request: web.Request) -> tuple[Path, str]:
        """The file and the object's name. Raises `ApiError` 404, for what lies outside of the folder too."""
        folder, name = self._folder(request), request.match_info["object"]
        path = folder / name
        # The name of an object is one text: `a/../b` is no other way to write `b`.
        plain = not {"", ".", ".."} & set(name.split("/"))
        if not plain or not path.resolve().is_relative_to(folder) or not path.is_file():
            raise ApiError(404, f"No such object: {request.match_info['bucket']}/{name}")
        return path, name

    def _describe(self, name: str) -> Resource:
        created = _time(self._buckets[name].stat().st_mtime)
        return {
            "kind": "storage#bucket",
            "id": name,
            "name": name,
            "selfLink": f"{LINK}/{name}",
            "projectNumber": str(int(hashlib.sha256(self._project.encode()).hexdigest()[:10], 16)),
            "metageneration": "1",
            "location": "EUROPE-WEST1",
            "locationType": "region",
            "storageClass": "STANDARD",
            "etag": "CAE=",
            "timeCreated": created,
            "updated": created,
        }

    def _metadata(self, bucket: str, name: str, path: Path) -> Resource:
        stat = path.stat()
        generation = str(stat.st_mtime_ns // 1000)
        modified = _time(stat.st_mtime)
        address = f"{LINK}/{bucket}/o/{quote(name, safe='')}"
        download = address.replace("/storage/v1/", "/download/storage/v1/")
        return {
            "kind": "storage#object",
            "id": f"{bucket}/{name}/{generation}",
            "name": name,
            "bucket": bucket,
            "generation": generation,
            "metageneration": "1",
            "contentType": mimetypes.guess_type(name)[0] or "application/octet-stream",
            "size": str(stat.st_size),
            "md5Hash": self._md5(path, stat.st_mtime_ns),
            "etag": base64.b64encode(generation.encode()).decode(),
            "storageClass": "STANDARD",
            "timeCreated": modified,
            "updated": modified,
            "selfLink": address,
            "mediaLink": f"{download}?generation={generation}&alt=media",
        }

    def _md5(self, path: Path, modified_ns: int) -> str:
        key = path, modified_ns
        if key not in self._sums:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
            self._sums[key] = base64.b64encode(digest.digest()).decode()
        return self._sums[key]


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

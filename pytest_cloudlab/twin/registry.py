"""gcr.io and *.pkg.dev: Google's manners in front of a plain registry. Streams both ways, buffers nothing."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler
from multidict import CIMultiDict
from yarl import URL

from pytest_cloudlab.twin.api_error import bearer
from pytest_cloudlab.twin.oci import OciError
from pytest_cloudlab.twin.registry_store import RegistryStore
from pytest_cloudlab.twin.tokens import LIFETIME_S, Tokens

TOKEN_USERS = ("oauth2accesstoken", "_token", "_dcgcloud_token")
CHUNK_BYTES = 256 * 1024

# These are about one connection, not about the message; the rest is passed on.
OF_ONE_CONNECTION = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "host",
    "authorization",
    "te",
    "upgrade",
}


class Registry:
    def __init__(self, store: RegistryStore, tokens: Tokens) -> None:
        self._store = store
        self._tokens = tokens
        self._session: aiohttp.ClientSession | None = None

    def add_to(self, app: web.Application) -> None:
        app.middlewares.append(self._authorize)
        app.router.add_get("/v2/token", self._token)
        app.router.add_get("/v2/", self._ping)
        app.router.add_get("/v2/{name:.+}/tags/list", self._tags)
        app.router.add_delete("/v2/{name:.+}/manifests/{reference}", self._delete)
        for kind in ("manifests/{reference}", "blobs/{digest}", "blobs/uploads/", "blobs/uploads/{upload}"):
            app.router.add_route("*", "/v2/{name:.+?}/" + kind, self._forward)

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    @web.middleware
    async def _authorize(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path != "/v2/token" and not (self._tokens.valid(bearer(request)) or self._basic(request)):
            challenge = f'Bearer realm="https://{request.host}/v2/token",service="{request.host}"'
            headers = {"WWW-Authenticate": challenge}
            raise OciError(401, "UNAUTHORIZED", "You must be logged in to access this repository.", **headers)
        return await handler(request)

    async def _token(self, request: web.Request) -> web.Response:
        if not self._basic(request):
            raise OciError(401, "UNAUTHORIZED", "There is no anonymous access; log in as oauth2accesstoken.")
        token = self._tokens.current
        return web.json_response({"token": token, "access_token": token, "expires_in": LIFETIME_S})

    async def _ping(self, _: web.Request) -> web.Response:
        return web.json_response({})

    async def _tags(self, request: web.Request) -> web.Response:
        """With Google's additions, without which its own clients list nothing."""
        repository, store = _repository(request), self._store
        children = list(store.children(repository))
        if not store.exists(repository) and not children:
            raise OciError(404, "NAME_UNKNOWN", f"Repository {request.match_info['name']} is not known.")
        tags = store.tags(repository)
        manifests = {
            digest: self._describe(digest, uploaded, [tag for tag, of in tags.items() if of == digest])
            for digest, uploaded in store.digests(repository).items()
        }
        name = request.match_info["name"]
        return web.json_response(
            {"child": children, "manifest": manifests, "name": name, "tags": sorted(tags)}
        )

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        """By tag: the tag only. By digest: the manifest, which no tag may stand for any more."""
        repository, reference = _repository(request), request.match_info["reference"]
        if ":" not in reference:
            if not self._store.untag(repository, reference):
                raise OciError(404, "MANIFEST_UNKNOWN", f"There is no tag {reference}.")
            return web.json_response({"errors": []}, status=202)
        holders = [tag for tag, digest in self._store.tags(repository).items() if digest == reference]
        if holders:
            message = f"Manifest is still referenced by tag: {holders[0]}"
            raise OciError(409, "GOOGLE_MANIFEST_DANGLING_TAG", message)
        return await self._forward(request)

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        name, repository = request.match_info["name"], _repository(request)
        query = [
            # A blob may be taken over from another repository of the same host.
            (key, f"{_namespace(request)}/{value}" if key == "from" else value)
            for key, value in request.query.items()
        ]
        rest = request.path.removeprefix(f"/v2/{name}")
        url = URL(self._store.url).with_path(f"/v2/{repository}{rest}").with_query(query)
        headers = CIMultiDict(
            (key, value) for key, value in request.headers.items() if key.lower() not in OF_ONE_CONNECTION
        )
        body = _chunks(request.content) if request.can_read_body else None
        async with self._client().request(
            request.method, url, headers=headers, data=body, allow_redirects=False
        ) as answer:
            response = web.StreamResponse(status=answer.status, reason=answer.reason)
            for key, value in answer.headers.items():
                if key.lower() not in OF_ONE_CONNECTION:
                    response.headers.add(key, value)
            if location := answer.headers.get("Location"):
                public = URL(location).raw_path_qs.replace(f"/v2/{repository}/", f"/v2/{name}/", 1)
                response.headers["Location"] = f"https://{request.host}{public}"
            await response.prepare(request)
            async for chunk in _chunks(answer.content):
                await response.write(chunk)
            await response.write_eof()
            return response

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A push may take as long as it takes; what is compressed stays so, or digests would not match.
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=5)
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(timeout=timeout, connector=connector, auto_decompress=False)
        return self._session

    def _basic(self, request: web.Request) -> bool:
        match = re.fullmatch(r"Basic\s+(\S+)", request.headers.get("Authorization", ""), re.IGNORECASE)
        try:
            user, _, password = base64.b64decode(match[1]).decode().partition(":") if match else ("", "", "")
            if user in TOKEN_USERS:
                return self._tokens.valid(password)
            if user == "_json_key":
                return self._tokens.refreshes(str(json.loads(password).get("refresh_token", "")))
        except (binascii.Error, UnicodeDecodeError, ValueError, AttributeError):
            pass
        return False

    def _describe(self, digest: str, uploaded: float, tags: list[str]) -> dict[str, Any]:
        manifest = json.loads(self._store.blob(digest))
        size = sum(layer.get("size", 0) for layer in manifest.get("layers", ()))
        return {
            "imageSizeBytes": str(size),
            "layerId": "",
            "mediaType": manifest.get("mediaType", ""),
            "tag": sorted(tags),
            "timeCreatedMs": str(self._created_ms(manifest)),
            "timeUploadedMs": str(int(uploaded * 1000)),
        }

    def _created_ms(self, manifest: dict[str, Any]) -> int:
        try:
            created = json.loads(self._store.blob(manifest["config"]["digest"]))["created"]
            return int(datetime.fromisoformat(created[:19] + "+00:00").timestamp() * 1000)
        except (KeyError, TypeError, ValueError, OSError):
            return 0


async def _chunks(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    async for chunk in content.iter_chunked(CHUNK_BYTES):
        yield chunk


def _namespace(request: web.Request) -> str:
    """The hosts share one store; each has its own part of it."""
    return request.host.partition(":")[0].lower()


def _repository(request: web.Request) -> str:
    name = request.match_info["name"]
    if not re.fullmatch(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*", name) or "//" in name or ".." in name:
        raise OciError(400, "NAME_INVALID", f"{name} is not the name of a repository.")
    return f"{_namespace(request)}/{name}"

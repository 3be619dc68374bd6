"""Hands a registry's calls on to the plain one behind it. Streams both ways, buffers nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from pytest_cloudlab.twin.oci import MANIFEST
from pytest_cloudlab.twin.registry_store import RegistryStore

CHUNK_BYTES = 256 * 1024
FORWARDED = tuple(
    f"/v2/{{name:.+?}}/{kind}"
    for kind in ("manifests/{reference}", "blobs/{digest}", "blobs/uploads/", "blobs/uploads/{upload}")
)
"""What a registry in front leaves to the one behind."""

MANIFESTS = ", ".join(
    (
        MANIFEST,
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
    )
)
"""A registry in front hands out what was pushed, whatever is asked for; the one behind would convert it."""

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


class RegistryRelay:
    def __init__(self, store: RegistryStore) -> None:
        self._store = store
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def forward(
        self, request: web.Request, name: str, repository: str, other: Callable[[str], str]
    ) -> web.StreamResponse:
        """A call about `name`, which is `repository` in the store; `other` says the same of a second name."""
        query = [
            # A blob may be taken over from another repository of the same host.
            (key, other(value) if key == "from" else value)
            for key, value in request.query.items()
        ]
        rest = request.path.removeprefix(f"/v2/{name}")
        url = URL(self._store.url).with_path(f"/v2/{repository}{rest}").with_query(query)
        headers = CIMultiDict(
            (key, value) for key, value in request.headers.items() if key.lower() not in OF_ONE_CONNECTION
        )
        if request.method in ("GET", "HEAD") and "reference" in request.match_info:
            headers["Accept"] = MANIFESTS
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


async def _chunks(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    async for chunk in content.iter_chunked(CHUNK_BYTES):
        yield chunk

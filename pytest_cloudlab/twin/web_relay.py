"""Hands calls, and web sockets, on to a server that is somewhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import aiohttp
from aiohttp import web
from yarl import URL

PAGE_S = 300
NOT_HANDED_ON = (
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers"),
    *("transfer-encoding", "upgrade", "host"),
)


class WebRelay:
    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def hand_on(self, request: web.Request, url: str, headers: Mapping[str, str]) -> web.StreamResponse:
        """What the server at `url` makes of the request, shown those headers instead of its own.

        Raises `aiohttp.ClientError` or TimeoutError where nothing answers.
        """
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._socket(request, url, headers)
        return await self._page(request, url, headers)

    async def _page(self, request: web.Request, url: str, headers: Mapping[str, str]) -> web.StreamResponse:
        async with self._client().request(
            request.method,
            URL(url + request.raw_path, encoded=True),
            headers=headers,
            # What is compressed stays so.
            skip_auto_headers=("Accept-Encoding", "User-Agent"),
            data=request.content if request.can_read_body else None,
            allow_redirects=False,
        ) as answer:
            response = web.StreamResponse(status=answer.status, reason=answer.reason)
            for name, value in answer.headers.items():
                if name.lower() not in NOT_HANDED_ON:
                    response.headers.add(name, value)
            await response.prepare(request)
            async for piece in answer.content.iter_any():
                await response.write(piece)
            await response.write_eof()
            return response

    async def _socket(self, request: web.Request, url: str, headers: Mapping[str, str]) -> web.StreamResponse:
        wanted = [
            each.strip() for each in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if each
        ]
        told = {
            name: value for name, value in headers.items() if not name.lower().startswith("sec-websocket")
        }
        there = URL(url.replace("http:", "ws:", 1) + request.raw_path, encoded=True)
        async with self._client().ws_connect(there, headers=told, protocols=wanted, max_msg_size=0) as far:
            near = web.WebSocketResponse(protocols=[far.protocol] if far.protocol else [], max_msg_size=0)
            await near.prepare(request)
            ways = [asyncio.create_task(_pass_on(far, near)), asyncio.create_task(_pass_on(near, far))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
            await near.close()
            return near

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=20, sock_read=PAGE_S)
            # A server's cookies are its browsers' own.
            jar = aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(timeout=timeout, auto_decompress=False, cookie_jar=jar)
        return self._session


async def _pass_on(
    source: aiohttp.ClientWebSocketResponse | web.WebSocketResponse,
    sink: aiohttp.ClientWebSocketResponse | web.WebSocketResponse,
) -> None:
    async for message in source:
        if message.type == aiohttp.WSMsgType.TEXT:
            await sink.send_str(message.data)
        elif message.type == aiohttp.WSMsgType.BINARY:
            await sink.send_bytes(message.data)

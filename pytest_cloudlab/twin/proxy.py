"""The proxy that every client is pointed at. What it does not know it refuses: a rehearsal never
reaches the real cloud."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection
from ipaddress import IPv4Address, IPv4Network
from urllib.parse import urlsplit

from pytest_cloudlab.twin import hosts

HEAD_BYTES = 64 * 1024
HEAD_S = 30
CONNECT_S = 20
CHUNK_BYTES = 256 * 1024
LOOPBACK = "127.0.0.0/8"

Refused = Callable[[str, str, str], None]
"""Told the method, the host, and what the client calls itself."""


class Proxy:
    """Splices `CONNECT` for the twin's hosts to its TLS server, and passes package indexes through."""

    def __init__(self, *, tls_port: int, indexes: Collection[str], refused: Refused) -> None:
        self._tls_port = tls_port
        self._indexes = indexes
        self._refused = refused
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()

    async def listen(self, address: str, port: int, peers: str = LOOPBACK) -> int:
        """Listen there, for those whose addresses are among `peers`; 0 is any free port.

        Returns the port. OSError when it is taken.
        """
        # The kernel takes a packet for any of this machine's addresses from any of its networks, so that
        # machines of another twin would get here too.
        network = IPv4Network(peers)

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            peer = writer.get_extra_info("peername")
            if peer and IPv4Address(peer[0]) in network:
                await self._accept(reader, writer)
            else:
                writer.close()

        server = await asyncio.start_server(accept, address, port, limit=HEAD_BYTES)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HEAD_S):
            head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        try:
            method, target, version = lines[0].split(" ")
            url = urlsplit(f"//{target}" if method == "CONNECT" else target)
            host, port = (url.hostname or "").lower(), url.port or 80
        except ValueError:
            await _refuse(writer, 400, "This is not a request a proxy can read.")
            return
        if method == "CONNECT" and port == 443 and hosts.served(host):
            await self._splice(reader, writer, "127.0.0.1", self._tls_port, greeting=True)
        elif host in self._indexes and method == "CONNECT" and port == 443:
            await self._splice(reader, writer, host, port, greeting=True)
        elif host in self._indexes and method != "CONNECT" and url.scheme == "http" and port == 80:
            path = url.path or "/"
            request = f"{method} {path}{'?' + url.query if url.query else ''} {version}"
            # One request a connection: what follows might be meant for another host.
            kept = [
                line for line in lines[1:] if line and not line.lower().startswith(("proxy-", "connection:"))
            ]
            opening = "\r\n".join([request, *kept, "Connection: close", "", ""]).encode("latin-1")
            await self._splice(reader, writer, host, port, opening=opening)
        else:
            self._refused(method, host, _agent(lines))
            scheme = "" if method == "CONNECT" else "plain HTTP to "
            await _refuse(
                writer,
                403,
                f"The local cloud twin does not serve {scheme}{host or target}, and lets nothing out.",
            )

    async def _splice(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        host: str,
        port: int,
        *,
        opening: bytes = b"",
        greeting: bool = False,
    ) -> None:
        try:
            async with asyncio.timeout(CONNECT_S):
                far_reader, far_writer = await asyncio.open_connection(host, port)
        except (OSError, TimeoutError):
            await _refuse(writer, 502, f"{host} does not answer.")
            return
        try:
            far_writer.write(opening)
            if greeting:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            upstream = asyncio.create_task(_copy(reader, far_writer))
            await _copy(far_reader, writer)
            # The far side has said all it will; what the near side may still send has no reader.
            upstream.cancel()
            await asyncio.gather(upstream, return_exceptions=True)
        finally:
            far_writer.close()


def _agent(lines: list[str]) -> str:
    return next((line[11:].strip() for line in lines if line.lower().startswith("user-agent:")), "")


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.write_eof()


async def _refuse(writer: asyncio.StreamWriter, status: int, sentence: str) -> None:
    body = sentence.encode() + b"\n"
    reason = {400: "Bad Request", 403: "Forbidden", 502: "Bad Gateway"}[status]
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
    await writer.drain()

"""An HTTP server on loopback whose every answer is scripted, to be hostile with."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Asked(BaseHTTPRequestHandler):
    """One request, with short words for answering it."""

    protocol_version = "HTTP/1.1"
    server: Any

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def say(self, status: int, body: bytes | str | dict[str, Any] = b"", **headers: str) -> None:
        kind = "application/json" if isinstance(body, dict) else "text/plain"
        content = json.dumps(body) if isinstance(body, dict) else body
        data = content.encode() if isinstance(content, str) else content
        named = {"Content-Type": kind, "Content-Length": str(len(data))}
        named |= {key.replace("_", "-").title(): value for key, value in headers.items()}
        self.send_response(status)
        for key, value in named.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(data)

    def drip(self, piece: bytes, pause_s: float) -> None:
        """Goes on until the client hangs up or the server stops."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            while not self.server.stopping.wait(pause_s):
                self.wfile.write(piece)

    body = b""

    def answer(self) -> None:
        self.server.odd.seen.append(
            (self.command, self.path, {key.title(): v for key, v in self.headers.items()})
        )
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with contextlib.suppress(OSError):
            self.server.odd.script(self)

    do_GET = do_POST = do_DELETE = do_PUT = do_CONNECT = answer  # noqa: N815  # the names http.server calls


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, odd: OddServer, handler: type[Asked]) -> None:
        self.odd = odd
        self.stopping = threading.Event()
        super().__init__((odd.address, 0), handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what these tests are about."""


@dataclass
class OddServer:
    script: Callable[[Asked], None] = lambda asked: asked.say(404)
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """Method, path and headers (as in `Content-Type`) of every request."""

    handler: type[Asked] = Asked
    address: str = "127.0.0.1"
    """Where it listens."""

    def __post_init__(self) -> None:
        self._server = _Server(self, self.handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._server.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def host(self) -> str:
        return f"{self.address}:{self._server.server_port}"

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _ in self.seen]

    def plays(self, *answers: Callable[[Asked], None]) -> None:
        """One answer after the other; the last one stays."""
        left = list(answers)
        self.script = lambda asked: (left.pop(0) if len(left) > 1 else left[0])(asked)

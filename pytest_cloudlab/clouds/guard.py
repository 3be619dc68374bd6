"""An end to every HTTP exchange: connecting, headers and body together get one deadline.

The timeouts of `requests` bound the wait for the *next* byte, so a server that drips one byte a second
holds its caller for ever. A guard shuts the connection itself when the deadline passes.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from pytest_cloudlab.waiting import Deadline

CONNECT_S = 5.0
PIECE_BYTES = 64 * 1024
_in_force = threading.local()


class TooLarge(requests.exceptions.RequestException):
    """The answer is larger than the session allows."""


class Guard:
    """While entered, every connection this thread opens or reuses is shut when the deadline passes."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.fired = False
        self._lock = threading.Lock()
        self._watched: socket.socket | None = None
        self._orphans: list[socket.socket] = []
        self._timer = threading.Timer(deadline.remaining_s(), self._fire)
        self._timer.daemon = True
        self._outer: Guard | None = None

    def __enter__(self) -> Guard:
        self._outer = getattr(_in_force, "guard", None)
        _in_force.guard = self
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        _in_force.guard = self._outer
        with self._lock:
            self._watched = None
            while self._orphans:
                self._orphans.pop().close()

    def watch(self, handle: socket.socket) -> None:
        with self._lock:
            self._watched = handle
            if self.fired:
                _shut(handle)

    def adopt(self, handle: socket.socket) -> None:
        """Take over a handle whose connection object is closed: its answer may still be arriving."""
        with self._lock:
            self._orphans.append(handle)

    def _fire(self) -> None:
        with self._lock:
            self.fired = True
            if self._watched is not None:
                _shut(self._watched)


def _shut(handle: socket.socket) -> None:
    with contextlib.suppress(OSError):  # gone already
        handle.shutdown(socket.SHUT_RDWR)


class _Watched:
    """Mixed into a connection: shows its socket to the guard in force.

    What is shown is a duplicate, because TLS takes the first socket over and hides it while it shakes
    hands; shutting a duplicate shuts the connection.
    """

    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        self._handle = sock.dup()
        self._show()
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._show()
        super().request(*args, **kwargs)  # type: ignore[misc]

    def close(self) -> None:
        # An answer that ends with the connection is read after the connection object was closed.
        guard: Guard | None = getattr(_in_force, "guard", None)
        if self._handle is not None and guard is not None:
            guard.adopt(self._handle)
        elif self._handle is not None:
            self._handle.close()
        self._handle = None
        super().close()  # type: ignore[misc]

    def _show(self) -> None:
        guard: Guard | None = getattr(_in_force, "guard", None)
        if guard is not None and self._handle is not None:
            guard.watch(self._handle)


class PlainConnection(_Watched, HTTPConnection):
    pass


class TlsConnection(_Watched, HTTPSConnection):
    pass


class PlainPool(HTTPConnectionPool):
    ConnectionCls = PlainConnection


class TlsPool(HTTPSConnectionPool):
    ConnectionCls = TlsConnection


class GuardedAdapter(HTTPAdapter):
    """For sessions whose caller enters a `Guard` and reads the body itself."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}
        return manager


class CappedAdapter(GuardedAdapter):
    """For sessions inside somebody else's client: `timeout` becomes the limit for the whole exchange.

    `longest_s` bounds it where the client asks for more, or for nothing. A body above `max_bytes`
    raises `TooLarge`.
    """

    def __init__(self, *, longest_s: float, max_bytes: int = 32 * 1024 * 1024) -> None:
        self.longest_s = longest_s
        self.max_bytes = max_bytes
        super().__init__()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        asked_s = max(timeout) if isinstance(timeout, tuple) else timeout
        limit_s = min(self.longest_s, asked_s) if isinstance(asked_s, int | float) else self.longest_s
        # Not asked for compressed, an answer cannot unfold into more than the cap counts.
        request.headers["Accept-Encoding"] = "identity"
        with Guard(Deadline.after(limit_s)) as guard:
            try:
                response = super().send(
                    request,
                    stream=True,
                    timeout=(min(CONNECT_S, limit_s), limit_s),
                    verify=verify,
                    cert=cert,
                    proxies=proxies,
                )
                body = bytearray()
                while piece := response.raw.read(PIECE_BYTES, decode_content=False):
                    body += piece
                    if len(body) > self.max_bytes:
                        response.close()
                        raise TooLarge(f"more than {self.max_bytes} bytes", request=request)
            except Exception as error:
                if guard.fired:
                    raise requests.exceptions.Timeout("took too long", request=request) from error
                if isinstance(error, requests.exceptions.RequestException):
                    raise
                raise requests.exceptions.ConnectionError(error, request=request) from error
            if guard.fired:
                raise requests.exceptions.Timeout("took too long", request=request)
        response._content = bytes(body)
        response._content_consumed = True  # type: ignore[attr-defined]
        return response


def bind(session: requests.Session, *, longest_s: float, max_bytes: int = 32 * 1024 * 1024) -> None:
    """Bound a session that a library made: see `CappedAdapter`. Leaves `.netrc` and cookies alone."""
    session.auth = as_it_is
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, CappedAdapter(longest_s=longest_s, max_bytes=max_bytes))


def as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Instead of no authentication at all, which `requests` takes as leave to look into `.netrc`."""
    return request

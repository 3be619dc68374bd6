"""A web page of a stranger, fetched within limits and read by CSS selectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import requests
import urllib3

from pytest_cloudlab.clouds.guard import PIECE_BYTES, Guard, GuardedAdapter
from pytest_cloudlab.errors import CouldNotLook, NotFound, TimedOut, TooMuch
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.forwarded import Forwarded
from pytest_cloudlab.waiting import Deadline

if TYPE_CHECKING:
    from pytest_cloudlab.soup import Soup

MAX_BYTES = 2 << 20
TIMEOUT_S = 10.0


class Selector(Protocol):
    """Where on the page a value stands."""

    @property
    def select(self) -> str:
        """A CSS selector."""

    @property
    def value(self) -> str:
        """`text`, or the attribute that holds the value."""


@dataclass(frozen=True)
class Page:
    url: str
    status: int
    body: str

    def read(self, selector: Selector) -> str:
        """The text or attribute that `selector` points at; empty when the page has no such element.

        Raises `TimedOut` and `CouldNotLook` for a page that cannot be taken apart, `UsageError` for a
        selector that is no CSS.
        """
        element = self._soup.first(selector.select)
        if element is None:
            return ""
        found = element.get_text(" ") if selector.value == "text" else str(element.get(selector.value) or "")
        return " ".join(found.split())

    @cached_property
    def _soup(self) -> Soup:
        # Late: most checks read no page, and the first verdict is not kept waiting.
        from pytest_cloudlab.soup import Soup

        return Soup.of(self.body)


def fetch(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = TIMEOUT_S,
    max_bytes: int = MAX_BYTES,
) -> Page:
    """The page at `url`: at most `max_bytes` of it, within `timeout_s` seconds in all. No redirect is
    followed, and no proxy of the environment takes part: a tunnel ends on this machine.

    Raises `NotFound` when the connection is refused or closed without an answer, `TimedOut` and
    `TooMuch` at the limits, `CouldNotLook` for an answer that is not HTTP, or breaks off.
    """
    asked = {"Accept-Encoding": "identity", **(headers or {})}
    # The adapter alone: a session reads the whole body of a redirect, even of one it does not follow.
    request = requests.Request("GET", url, headers=asked).prepare()
    adapter = GuardedAdapter()
    with Guard(Deadline.after(timeout_s)) as guard:
        try:
            with adapter.send(request, stream=True, timeout=timeout_s) as response:
                body = _body(response, max_bytes)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if guard.fired or isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
                raise TimedOut(f"the page did not end within {timeout_s:g} s") from None
            if isinstance(error, requests.ConnectionError) and _nobody_there(error):
                raise NotFound("no web server answers there") from None
            raise CouldNotLook(f"the answer is not a web page's ({type(error).__name__})") from None
        finally:
            adapter.close()
    if guard.fired:  # a body that ends with its connection looks whole then
        raise TimedOut(f"the page did not end within {timeout_s:g} s")
    return Page(url, response.status_code, body.decode("utf-8", "replace"))


def _body(response: requests.Response, max_bytes: int) -> bytearray:
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise CouldNotLook(
            "the page comes compressed, although that was not asked for",
            remedy="The app should heed the header Accept-Encoding.",
        )
    body = bytearray()
    while piece := response.raw.read(PIECE_BYTES, decode_content=False):
        body += piece
        if len(body) > max_bytes:
            raise TooMuch(
                f"the page is larger than {max_bytes / (1 << 20):g} MiB; reading stopped there",
                remedy="The app should answer with a small web page.",
            )
    return body


def _nobody_there(error: BaseException | None) -> bool:
    """Whether the connection was refused or closed, rather than used for something else than HTTP."""
    while error is not None and not isinstance(error, ConnectionError):
        error = error.__cause__ or error.__context__
    return error is not None


def fetch_through(machine: Target, url: str, port: int, *, headers: Mapping[str, str] | None = None) -> Page:
    """The page at `url`, a tunnel to `machine`'s `port`.

    When nothing answers, the machine is asked whether it is still there: `NotFound` is raised only if
    it is, so that a lost machine (`TargetLost`) is never taken for a missing web server.
    """
    try:
        return fetch(url, headers=headers)
    except NotFound:
        machine.run("true")
        if isinstance(url, Forwarded) and (lost := url.lost):  # it may be back by now
            raise lost from None
        raise NotFound(
            f"the machine answers, but no web server does on its port {port}",
            remedy="Is it running, and on that port?",
        ) from None

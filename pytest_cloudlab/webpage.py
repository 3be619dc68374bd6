"""A web page of a stranger, fetched within limits and read by CSS selectors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import requests
import urllib3
from bs4 import BeautifulSoup
from bs4.exceptions import ParserRejectedMarkup
from soupsieve import SelectorSyntaxError

from pytest_cloudlab.clouds.guard import PIECE_BYTES, Guard, GuardedAdapter
from pytest_cloudlab.errors import CouldNotLook, NotFound, TimedOut, TooMuch, UsageError
from pytest_cloudlab.targets import Target
from pytest_cloudlab.waiting import Deadline

MAX_BYTES = 2 << 20
TIMEOUT_S = 10.0
PARSE_S = 10.0
"""For taking a page apart: the parser needs minutes for 100 KB that are written to keep it busy."""


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
        try:
            element = self._parsed.select_one(selector.select)
        except SelectorSyntaxError as error:
            raise UsageError(
                f"the lab's selector {selector.select!r} is no CSS: {str(error).splitlines()[0]}",
                remedy="Correct `select` in lab.toml, or under [parameters] in the roster.",
            ) from None
        if element is None:
            return ""
        found = element.get_text(" ") if selector.value == "text" else str(element.get(selector.value) or "")
        return " ".join(found.split())

    @cached_property
    def _parsed(self) -> BeautifulSoup:
        try:
            return _TimedSoup(self.body, "html.parser", multi_valued_attributes=None)
        except ParserRejectedMarkup:
            raise CouldNotLook("the page is not HTML that can be read") from None


class _TimedSoup(BeautifulSoup):
    """Looks at the clock at every piece of the page that the parser hands over."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._deadline = Deadline.after(PARSE_S)
        super().__init__(*args, **options)

    def handle_starttag(self, *args: Any, **options: Any) -> Any:
        self._look_at_the_clock()
        return super().handle_starttag(*args, **options)

    def handle_data(self, data: str) -> None:
        self._look_at_the_clock()
        super().handle_data(data)

    def _look_at_the_clock(self) -> None:
        if self._deadline.passed:
            raise TimedOut(f"the page cannot be taken apart within {PARSE_S:g} s")


def fetch(url: str, *, timeout_s: float = TIMEOUT_S, max_bytes: int = MAX_BYTES) -> Page:
    """The page at `url`: at most `max_bytes` of it, within `timeout_s` seconds in all. No redirect is
    followed, and no proxy of the environment takes part: a tunnel ends on this machine.

    Raises `NotFound` when the connection is refused or closed without an answer, `TimedOut` and
    `TooMuch` at the limits, `CouldNotLook` for an answer that is not HTTP, or breaks off.
    """
    # The adapter alone: a session reads the whole body of a redirect, even of one it does not follow.
    request = requests.Request("GET", url, headers={"Accept-Encoding": "identity"}).prepare()
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


def fetch_through(machine: Target, url: str, port: int) -> Page:
    """The page at `url`, a tunnel to `machine`'s `port`.

    When nothing answers, the machine is asked whether it is still there: `NotFound` is raised only if
    it is, so that a lost machine (`TargetLost`) is never taken for a missing web server.
    """
    try:
        return fetch(url)
    except NotFound:
        machine.run("true")
        raise NotFound(
            f"the machine answers, but no web server does on its port {port}",
            remedy="Is it running, and on that port?",
        ) from None

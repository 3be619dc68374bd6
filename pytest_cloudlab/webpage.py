"""A web page of a stranger, fetched within limits and read by CSS selectors."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

import requests
from bs4 import BeautifulSoup

from pytest_cloudlab.errors import CouldNotLook, NotFound, TimedOut, TooMuch
from pytest_cloudlab.targets import Target

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
        """The text or attribute that `selector` points at; empty when the page has no such element."""
        element = BeautifulSoup(self.body, "html.parser").select_one(selector.select)
        if element is None:
            return ""
        found = element.get_text(" ") if selector.value == "text" else str(element.get(selector.value) or "")
        return " ".join(found.split())


def fetch(url: str, *, timeout_s: float = TIMEOUT_S, max_bytes: int = MAX_BYTES) -> Page:
    """The page at `url`: at most `max_bytes` of it, within `timeout_s` seconds in all.

    Raises `NotFound` when the connection is refused or closed without an answer, `TimedOut` and
    `TooMuch` at the limits, `CouldNotLook` for an answer that is not HTTP.
    """
    ends = time.monotonic() + timeout_s
    body = bytearray()
    try:
        with requests.Session() as session:
            session.trust_env = False  # a tunnel ends on this machine: no proxy takes part
            with session.get(url, stream=True, timeout=timeout_s, allow_redirects=False) as response:
                for chunk in response.iter_content(64 << 10):
                    body += chunk
                    if len(body) > max_bytes:
                        raise TooMuch(
                            f"the page is larger than {max_bytes / (1 << 20):g} MiB; reading stopped there",
                            remedy="The app should answer with a small web page.",
                        )
                    if time.monotonic() > ends:
                        raise TimedOut(f"the page did not end within {timeout_s:g} s")
                return Page(url, response.status_code, body.decode("utf-8", "replace"))
    except requests.Timeout:
        raise TimedOut(f"no answer within {timeout_s:g} s") from None
    except requests.ConnectionError:
        raise NotFound("no web server answers there") from None
    except requests.RequestException as error:
        raise CouldNotLook(f"the answer is not a web page's ({type(error).__name__})") from None


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

"""One host asked once over HTTPS, through the proxies of the environment, and what came of it."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from pytest_cloudlab.clouds.guard import CONNECT_S, Guard, GuardedAdapter
from pytest_cloudlab.clouds.tries import chain
from pytest_cloudlab.waiting import Deadline

HEAD_BYTES = 1024


class Came(StrEnum):
    """What came of asking."""

    ANSWER = "answer"
    PORTAL = "portal"
    """Another page: a network that wants a sign-in first."""
    BUSY = "busy"
    REFUSED = "refused"
    NO_ROUTE = "no route"
    NO_NAME = "no name"
    NO_DNS = "no dns"
    UNTRUSTED = "untrusted"
    CLOCK = "clock"
    TLS = "tls"
    PROXY_DOWN = "proxy down"
    PROXY_REFUSES = "proxy refuses"
    PROXY_SIGN_IN = "proxy sign-in"
    PROXY_LOST = "proxy lost"
    TIME = "time"
    BROKEN = "broken"


@dataclass(frozen=True)
class Probe:
    came: Came
    detail: str = ""
    """A status, or a few words; never what the other side made up."""
    proxy: str = ""
    """`host:port` of the proxy it was asked through."""


def ask(host: str, path: str = "/", *, api: bool = False, within_s: float, scheme: str = "https") -> Probe:
    """`api`: no web page and no other host can be the right answer. Nothing secret is sent.

    Of a name's lookup, the time is the system's; see `network` for the limit that holds all the same.
    """
    url = f"{scheme}://{host}{path}"
    with requests.Session() as session:
        settings = session.merge_environment_settings(url, {}, True, None, None)
    proxy, verify = _proxy(url, settings["proxies"]), settings["verify"] or True
    request = requests.Request(
        "GET", url, headers={"Accept-Encoding": "identity", "User-Agent": "pytest-cloudlab"}
    ).prepare()
    adapter = GuardedAdapter(max_retries=0)
    with Guard(Deadline.after(within_s)) as guard:
        try:
            response = adapter.send(
                request,
                timeout=(min(CONNECT_S, within_s), within_s),
                verify=verify,
                proxies=settings["proxies"],
            )
            try:
                head = response.raw.read(HEAD_BYTES, decode_content=False) if api else b""
                return Probe(*_meaning(response, head, url, api=api), proxy)
            finally:
                response.close()
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            came = Came.TIME if guard.fired else _trouble(error)
            status = re.search(r"Tunnel connection failed: (\d{3})", str(error))
            return Probe(came, status[1] if status else "", proxy)
        finally:
            adapter.close()


def portal(host: str, *, within_s: float) -> bool:
    """Whether another page answers for `host` without TLS: what a sign-in page of a network does, and
    what tells it from a network with an authority of its own."""
    return ask(host, api=True, within_s=within_s, scheme="http").came is Came.PORTAL


def _meaning(response: requests.Response, head: bytes, url: str, *, api: bool) -> tuple[Came, str]:
    status = response.status_code
    if status == 511:  # RFC 6585: Network Authentication Required
        return Came.PORTAL, str(status)
    if status == 429 or status >= 500:
        return Came.BUSY, str(status)
    if api:
        target = urlsplit(urljoin(url, response.headers.get("Location", "")))
        if 300 <= status < 400 and target.hostname != urlsplit(url).hostname:
            return Came.PORTAL, str(status)
        start = head[:256].lstrip().lower()
        page = "html" in response.headers.get("Content-Type", "") or start.startswith(
            (b"<!doctype", b"<html")
        )
        if page and status < 300:
            return Came.PORTAL, str(status)
    return Came.ANSWER, str(status)


def _trouble(error: Exception) -> Came:
    links = chain(error)

    def has(kind: type[BaseException]) -> bool:
        return any(isinstance(one, kind) for one in links)

    status = re.search(r"Tunnel connection failed: (\d{3})", str(error))
    if status:
        return {"407": Came.PROXY_SIGN_IN, "511": Came.PORTAL}.get(
            status[1], Came.PROXY_REFUSES if status[1] < "500" else Came.PROXY_LOST
        )
    if has(requests.exceptions.ProxyError) or has(urllib3.exceptions.ProxyError):
        return Came.PROXY_DOWN
    for one in links:
        if isinstance(one, ssl.SSLCertVerificationError):
            # OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and _CERT_HAS_EXPIRED
            return Came.CLOCK if one.verify_code in (9, 10) else Came.UNTRUSTED
        if isinstance(one, socket.gaierror):
            return Came.NO_DNS if one.errno == socket.EAI_AGAIN else Came.NO_NAME
        if isinstance(one, OSError) and one.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
            return Came.NO_ROUTE
    if has(ConnectionRefusedError):
        return Came.REFUSED
    if has(TimeoutError) or has(urllib3.exceptions.TimeoutError) or has(requests.exceptions.Timeout):
        return Came.TIME
    if has(ConnectionError):
        return Came.BROKEN
    return Came.TLS if has(ssl.SSLError) else Came.BROKEN


def _proxy(url: str, proxies: Mapping[str, str]) -> str:
    """Without the user and the password that its address may hold."""
    chosen = requests.utils.select_proxy(url, proxies)
    if not chosen:
        return ""
    parts = urlsplit(chosen if "://" in chosen else f"http://{chosen}")
    return parts.netloc.rpartition("@")[2]

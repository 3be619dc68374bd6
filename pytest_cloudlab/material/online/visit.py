"""One external address, visited politely: is it there, has it moved, is it gone, or can nobody tell?"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from pytest_cloudlab.clouds.guard import CONNECT_S, Guard, as_it_is
from pytest_cloudlab.clouds.http import asked_to_wait_s
from pytest_cloudlab.clouds.tries import why
from pytest_cloudlab.material.online.answer import Answer, Kind
from pytest_cloudlab.material.online.manners import Manners
from pytest_cloudlab.material.online.moved import is_news
from pytest_cloudlab.material.online.private_repository import public_part
from pytest_cloudlab.material.online.public_host import PrivateHost, PublicAdapter, require_public
from pytest_cloudlab.waiting import Deadline

REDIRECTS = 8
TRIES = 3
REQUEST_S = 15.0
VISIT_S = 60.0
LONGEST_REST_S = 20.0
"""A host that asks for more is left alone for the rest of the run."""
_GONE = (404, 410)
_MOVED = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_PASSING = ("timed out", "connection broken", "connection refused")
_AGENT = "Mozilla/5.0 (compatible; pytest-cloudlab; checks a course's links)"


class _Session(requests.Session):
    """Leaves redirects to us: each is looked at before it is followed."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


class _Untold(Exception):
    """No answer that says anything; `again`: another try may bring one."""

    def __init__(self, why: str, *, again: bool = False, wait_s: float = 0.0) -> None:
        super().__init__(why)
        self.why = why
        self.again = again
        self.wait_s = wait_s


@dataclass(frozen=True)
class _Reply:
    status: int
    location: str


class Visitor:
    """For one thread at a time. Sends no credentials, keeps no cookies, reads no bodies."""

    def __init__(
        self,
        manners: Manners,
        deadline: Deadline,
        *,
        trusted: Collection[str] = (),
        first_pause_s: float = 1.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._manners = manners
        self._deadline = deadline
        self._trusted = frozenset(trusted)
        self._first_pause_s = first_pause_s
        self._pause = pause
        self._session = _Session()
        self._session.auth = as_it_is
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, PublicAdapter(self._trusted))

    def close(self) -> None:
        self._session.close()

    def visit(self, url: str) -> Answer:
        """What became known of `url`; never raises."""
        try:
            answer = self._followed(url)
            public = public_part(url) if answer.kind is Kind.GONE else url
            if public != url and (not public or self._followed(public).kind is Kind.GONE):
                raise _Untold(f"{answer.why}, which its host also says of what is private")
        except _Untold as untold:
            return Answer(Kind.NOT_LOOKED_AT, untold.why)
        except Exception as error:
            return Answer(Kind.NOT_LOOKED_AT, f"the answer cannot be read ({type(error).__name__})")
        return answer

    def _followed(self, url: str) -> Answer:
        here, moved, for_good = url, "", True
        for _ in range(REDIRECTS + 1):
            reply = self._asked(here)
            if reply.status in _REDIRECTS and reply.location:
                here = self._joined(here, reply.location)
                for_good = for_good and reply.status in _MOVED
                moved = here if for_good else moved
                continue
            if reply.status in _GONE:
                return Answer(Kind.GONE, str(reply.status))
            if not 200 <= reply.status < 300:
                raise _Untold(f"answered {reply.status}")
            return Answer(Kind.MOVED, address=moved) if moved and is_news(url, moved) else Answer(Kind.GOOD)
        raise _Untold(f"more than {REDIRECTS} redirects")

    def _asked(self, url: str) -> _Reply:
        """HEAD, then GET where HEAD brings no good answer: not all hosts do both alike."""
        reply = self._patiently("HEAD", url)
        return reply if reply.status < 400 else self._patiently("GET", url)

    def _patiently(self, method: str, url: str) -> _Reply:
        host = self._host_of(url)
        until = Deadline.after(min(VISIT_S, self._deadline.remaining_s()))
        pause_s = self._first_pause_s
        for left in reversed(range(TRIES)):
            try:
                return self._once(method, url, host, until)
            except _Untold as untold:
                wait_s = max(pause_s, untold.wait_s)
                if wait_s > LONGEST_REST_S:
                    self._manners.rest(host, wait_s)
                if not untold.again or not left or wait_s > min(LONGEST_REST_S, until.remaining_s()):
                    raise
            self._pause(wait_s)
            pause_s *= 2
        raise AssertionError("the last try returns or raises")

    def _once(self, method: str, url: str, host: str, until: Deadline) -> _Reply:
        with self._manners.at(host):
            if self._manners.is_resting(host):
                raise _Untold("its host asked for a long pause")
            if until.passed:
                raise _Untold("no time was left")
            limit_s = min(REQUEST_S, until.remaining_s())
            with Guard(Deadline.after(limit_s)) as guard:
                try:
                    response = self._session.request(
                        method,
                        url,
                        headers={"User-Agent": _AGENT, "Accept": "*/*", "Accept-Encoding": "identity"},
                        timeout=(min(CONNECT_S, limit_s), limit_s),
                        allow_redirects=False,
                        stream=True,
                    )
                    response.close()
                except PrivateHost:
                    raise _Untold("it is, or leads to, a private address") from None
                except ValueError:  # of requests' errors too, those that are about the address
                    raise _Untold("not an address") from None
                except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                    reason = "timed out" if guard.fired else why(error)
                    raise _Untold(reason, again=reason in _PASSING) from None
        if guard.fired:  # headers that are cut short look whole
            raise _Untold("timed out", again=True)
        status = response.status_code
        if status in (429, 503) or (method == "GET" and 500 <= status < 600):
            raise _Untold(f"answered {status}", again=True, wait_s=asked_to_wait_s(response.headers))
        return _Reply(status, response.headers.get("Location", "").strip())

    @staticmethod
    def _joined(here: str, location: str) -> str:
        try:
            return urljoin(here, location)
        except ValueError:
            raise _Untold("redirects to what is no address") from None

    def _host_of(self, url: str) -> str:
        """Its host's name, if it is one that may be asked."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise _Untold("not an address") from None
        if parts.scheme not in ("http", "https") or not host:
            raise _Untold("it is, or leads to, no web address")
        if parts.username is not None or parts.password is not None:
            raise _Untold("it holds a name or a password")
        if host not in self._trusted and requests.utils.get_environ_proxies(url):
            # The proxy connects: all that can be judged from here is the name.
            with suppress(OSError, UnicodeError):
                try:
                    require_public(host, port or 443)
                except PrivateHost:
                    raise _Untold("it is, or leads to, a private address") from None
        return host

"""One place for what every call to a control plane needs: a deadline, a cap, retries, careful redirects."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from pytest_cloudlab.clouds.answer import Answer, Reply
from pytest_cloudlab.clouds.guard import CONNECT_S, Guard, GuardedAdapter, as_it_is
from pytest_cloudlab.clouds.tries import FIRST_PAUSE_S, Lost, Tries, untrusted, why
from pytest_cloudlab.waiting import Deadline

T = TypeVar("T")
REDIRECTS = 5
AT_HOME = ("authorization", "cookie", "proxy-authorization")
"""Headers that a redirect takes along within its own host only."""


class _Session(requests.Session):
    """Leaves redirects to us: its own code reads a redirect's whole body, even one it does not follow."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


class Http:
    """Asks control planes over HTTP.

    Proxies and certificate authorities come from the environment, as for `requests`; passwords in
    `.netrc` and cookies are left alone.
    """

    def __init__(self, *, plain: bool = False, first_pause_s: float = FIRST_PAUSE_S) -> None:
        self._plain = plain
        """Whether `http://` may be spoken at all."""
        self._first_pause_s = first_pause_s
        self._session = _Session()
        self._session.auth = as_it_is
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.mount("https://", GuardedAdapter())
        self._session.mount("http://", GuardedAdapter())

    def close(self) -> None:
        self._session.close()

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, deadline: Deadline, max_bytes: int
    ) -> Answer:
        """The whole answer, whatever its status says (below 500, and not 429)."""
        return self.ask("GET", url, headers=headers, deadline=deadline, take=lambda r: r.whole(max_bytes))

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        deadline: Deadline,
        take: Callable[[Reply], T],
    ) -> T:
        """What `take` makes of the reply; `take` starts anew when the connection breaks under it.

        Then all is sent again: only ask for what may be asked for twice.
        Raises `Unreachable` when no answer came before the deadline: DNS, refused, 429, 5xx.
        """
        tries = Tries(urlsplit(url).netloc, deadline, self._first_pause_s)
        return tries.run(lambda until: self._once(method, url, dict(headers or {}), body, until, take))

    def _once(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        deadline: Deadline,
        take: Callable[[Reply], T],
    ) -> T:
        moved = False
        with Guard(deadline) as guard:
            for _ in range(REDIRECTS + 1):
                response = self._send(method, url, headers, body, guard)
                try:
                    target = response.headers.get("Location", "")
                    if response.status_code in (301, 302, 303, 307, 308) and target and method == "GET":
                        target = urljoin(url, target)
                        self._refuse_insecure(url, target)
                        if urlsplit(target)[:2] != urlsplit(url)[:2]:
                            moved = True
                            headers = {k: v for k, v in headers.items() if k.lower() not in AT_HOME}
                        url = target
                        continue
                    if response.status_code == 429 or response.status_code >= 500:
                        raise Lost(str(response.status_code), wait_s=asked_to_wait_s(response.headers))
                    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
                        raise Lost("sent an encoding nobody asked for", final=True)
                    return take(Reply(response, guard, moved=moved))
                finally:
                    response.close()
        raise Lost(f"more than {REDIRECTS} redirects", final=True)

    def _send(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, guard: Guard
    ) -> requests.Response:
        left_s = max(guard.deadline.remaining_s(), 0.001)
        try:
            return self._session.request(
                method,
                url,
                data=body,
                headers={"Accept-Encoding": "identity", "User-Agent": "pytest-cloudlab", **headers},
                timeout=(min(CONNECT_S, left_s), left_s),
                allow_redirects=False,
                stream=True,
            )
        except requests.exceptions.SSLError as error:
            raise Lost("too slow" if guard.fired else why(error), final=untrusted(error)) from error
        except requests.exceptions.ProxyError as error:
            raise Lost(why(error), final="Tunnel connection failed: 4" in str(error)) from error
        except requests.exceptions.InvalidURL as error:
            raise Lost("not an address", final=True) from error
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise Lost("too slow" if guard.fired else why(error)) from error

    def _refuse_insecure(self, url: str, target: str) -> None:
        if urlsplit(target).scheme not in (("https", "http") if self._plain else ("https",)):
            raise Lost(f"redirects to an address that is not https, from {urlsplit(url).netloc}", final=True)


def asked_to_wait_s(headers: Mapping[str, str]) -> float:
    """Seconds that `Retry-After` asks for, in either of its forms; 0 where it asks for none."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0

"""The wire of the OCI distribution API: signing in when asked, and what its refusals mean."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TypeVar

from pytest_cloudlab.clouds.answer import Answer, Reply
from pytest_cloudlab.clouds.credentials import TokenSource
from pytest_cloudlab.clouds.http import Http
from pytest_cloudlab.clouds.login import USER, Login
from pytest_cloudlab.errors import CloudlabError, CouldNotLook, Forbidden, NotFound
from pytest_cloudlab.waiting import Deadline

T = TypeVar("T")
API = "registry API"
DOCUMENT_BYTES = 4 * 1024 * 1024


class Distribution:
    """Calls below `/v2/` of one registry; keeps the authorizations it was given."""

    def __init__(self, host: str, token: TokenSource | None, *, scheme: str, user: str = USER) -> None:
        self.host = host
        self.base = f"{scheme}://{host}"
        self._http = Http(plain=scheme == "http")
        self._login = Login(self._http, host, token, scheme=scheme, user=user)
        self._authorizations: dict[tuple[str, str], str] = {}

    def close(self) -> None:
        self._http.close()

    def get(
        self,
        repository: str,
        path: str,
        what: str,
        deadline: Deadline,
        *,
        max_bytes: int = DOCUMENT_BYTES,
        accept: str = "*/*",
    ) -> Answer:
        """A successful answer of the API. Raises `NotFound`, `Forbidden`, `Unreachable` or `TooMuch`."""
        answer = self.ask(
            "GET", repository, path, deadline, lambda r: r.whole(max_bytes), headers={"Accept": accept}
        )
        if not answer.ok:
            raise refusal(answer, what)
        if answer.is_page:
            raise answer.unexpected(API)
        return answer

    def stream(
        self, repository: str, path: str, what: str, deadline: Deadline, take: Callable[[Reply], T]
    ) -> T:
        """What `take` makes of a successful answer's body, still on its way; raises as `get` does."""

        def checked(reply: Reply) -> T:
            if not 200 <= reply.status < 300:
                raise refusal(reply.whole(DOCUMENT_BYTES), what)
            return take(reply)

        return self.ask("GET", repository, path, deadline, checked)

    def ask(
        self,
        method: str,
        repository: str,
        path: str,
        deadline: Deadline,
        take: Callable[[Reply], T],
        *,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """One call, signed in when the registry asks for it; an authorization that expired is renewed."""
        key = (method, repository)

        def once(take: Callable[[Reply], T | str]) -> T | str:
            known = self._authorizations.get(key)
            return self._http.ask(
                method,
                f"{self.base}/v2/{repository}/{path}",
                headers={**(headers or {}), **({"Authorization": known} if known else {})},
                deadline=deadline,
                take=take,
            )

        challenges: list[str] = []

        def unless_challenged(reply: Reply) -> T | str:
            asks = reply.headers.get("WWW-Authenticate", "")
            if reply.status == 401 and asks and not reply.moved:
                challenges.append(asks)
                return asks
            return take(reply)

        result = once(unless_challenged)
        if challenges:
            self._authorizations[key] = self._login.answer(challenges[-1], deadline)
            result = once(take)
        return result  # type: ignore[return-value]  # the text is a challenge, and met


def refusal(answer: Answer, what: str) -> CloudlabError:
    """The error for an answer that is no success. Only the API's own words make it `NotFound`."""
    document = answer.json()
    errors = document.get("errors") if isinstance(document, dict) else None
    codes = (
        {str(one.get("code")) for one in errors if isinstance(one, dict)}
        if isinstance(errors, list)
        else set()
    )
    if answer.status in (401, 403) or codes & {"UNAUTHORIZED", "DENIED"}:
        if answer.moved:
            return answer.unexpected(API)
        return Forbidden(
            f"{answer.host} does not let these credentials see the {what} (HTTP {answer.status})"
        )
    speaks_api = bool(codes) or "Docker-Distribution-Api-Version" in answer.headers
    if answer.status == 404 and speaks_api and not answer.moved and not answer.is_page:
        return NotFound(f"{answer.host} has no {what}")
    return answer.unexpected(API)


def verify(content: bytes, digest: str, what: str) -> None:
    """Raises `CouldNotLook` unless the content hashes to the digest."""
    found = f"sha256:{hashlib.sha256(content).hexdigest()}"
    if found != digest:
        raise CouldNotLook(f"the registry sent a {what} that hashes to {found}, not to {digest} as it should")

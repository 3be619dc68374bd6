"""How Compute Engine's client library is called: bounded, tried again, its errors sorted into ours."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from typing import Any, NoReturn

from pytest_cloudlab.clouds import credentials as identity
from pytest_cloudlab.clouds.tries import Lost, Tries, why
from pytest_cloudlab.errors import Forbidden, NotFound, TimedOut, TooMuch, Unreachable, UsageError
from pytest_cloudlab.waiting import Deadline

HOST = "compute.googleapis.com"
LONGEST_CALL_S = 120.0
AGAIN_S = 0.5
SAID_CHARACTERS = 500
_SLOW_DOWN = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
_QUOTA = {"quotaExceeded", "QUOTA_EXCEEDED", "QUOTA_EXCEEDED_ERROR"}
_FULL = ("ZONE_RESOURCE_POOL_EXHAUSTED", "INTERNAL_ERROR", "SERVICE_UNAVAILABLE", "RESOURCE_OPERATION_RATE")


class EngineApi:
    """The library's clients, made when first needed and kept. The endpoint stays the library's own."""

    def __init__(self, credentials: Any = None) -> None:
        self._credentials = credentials
        self._clients: dict[str, Any] = {}
        self._lock = threading.RLock()

    def load(self) -> Any:
        """The library itself. Raises `UsageError` where it is not installed."""
        try:
            from google.cloud import compute_v1
        except ImportError as error:
            raise UsageError(
                "asking Compute Engine needs its library", remedy="pip install 'pytest-cloudlab[gce]'"
            ) from error
        return compute_v1

    def call(
        self,
        client: str,
        method: str,
        request: dict[str, Any],
        what: str,
        deadline: Deadline,
        *,
        makes: bool = False,
    ) -> Any:
        """The library's answer, e.g. of `call("InstancesClient", "get", {…}, "VM web", deadline)`.

        Tried again while Compute Engine does not answer: the request must bear that (a read, or one with
        a `request_id`). Raises `NotFound` (naming `what`), `Forbidden`, `Unreachable`, `TooMuch`, and
        `UsageError` with the API's own words for what it rejects. When `what` is yet to be made, what is
        not found is something that was asked for it, and a `UsageError` too.
        """

        def attempt(deadline: Deadline) -> Any:
            try:
                bound = getattr(self._client(client, deadline), method)
                return bound(request=request, retry=None, timeout=max(deadline.remaining_s(), 0.05))
            except Exception as error:
                _sort(error, what, makes)

        return Tries(HOST, deadline).run(attempt)

    def finish(
        self, operation: Any, project: str, place: Mapping[str, str], what: str, deadline: Deadline
    ) -> None:
        """Wait for an operation of a zone (`{"zone": …}`), a region (`{"region": …}`) or the project (`{}`).

        Raises `TimedOut`, and for a failed one as `call` does.
        """
        client = f"{next((key.title() for key in place), 'Global')}OperationsClient"
        while operation.status != type(operation).Status.DONE:
            if deadline.passed:
                raise TimedOut(f"{what}: {HOST} has accepted it, but not finished in time")
            asked = time.monotonic()
            request = {"project": project, **place, "operation": operation.name}
            operation = self.call(client, "wait", request, what, deadline)
            done = operation.status == type(operation).Status.DONE
            if not done and time.monotonic() - asked < AGAIN_S:
                time.sleep(min(AGAIN_S, deadline.remaining_s()))
        for error in operation.error.errors:
            said = _clean(error.message) or error.code
            if error.code.startswith(_FULL):
                raise Unreachable(f"{what}: Compute Engine could not: {said}", remedy="Try another zone.")
            raise UsageError(f"{what}: {said}")
        if operation.http_error_status_code >= 400:
            raise UsageError(f"{what}: {_clean(operation.http_error_message)}")

    def _client(self, name: str, deadline: Deadline) -> Any:
        with self._lock:
            if self._credentials is None:
                self._credentials = identity.credentials()
            # google-auth tries three times by itself.
            identity.refresh(self._credentials, within_s=max(deadline.remaining_s() / 3, 0.05))
            if name not in self._clients:
                self._clients[name] = self._make(name)
            return self._clients[name]

    def _make(self, name: str) -> Any:
        from pytest_cloudlab.clouds.guard import bind

        client = getattr(self.load(), name)(credentials=self._credentials, transport="rest")
        # There is no public way to the session; without it a server that drips would never be cut off.
        bind(client.transport._session, longest_s=LONGEST_CALL_S)
        return client


def _sort(error: Exception, what: str, makes: bool) -> NoReturn:
    import requests
    from google.api_core import exceptions
    from google.auth.exceptions import GoogleAuthError
    from google.protobuf.json_format import ParseError  # type: ignore[import-untyped]

    from pytest_cloudlab.clouds.guard import TooLarge

    if isinstance(error, exceptions.GoogleAPICallError):
        _sort_answer(error, what, makes)
    if isinstance(error, Unreachable):
        raise Lost(error.message) from error
    if isinstance(error, GoogleAuthError):
        meaning = identity.sign_in_error(error)
        if isinstance(meaning, Unreachable):
            raise Lost(meaning.message) from error
        raise meaning from error
    if isinstance(error, TooLarge):
        raise TooMuch(f"{HOST} sent more than is read here") from error
    if isinstance(error, requests.exceptions.RequestException):
        raise Lost(why(error)) from error
    if isinstance(error, ParseError | UnicodeDecodeError):
        raise Unreachable(f"{HOST} answered something that is not the Compute Engine API's") from error
    raise error


def _sort_answer(error: Any, what: str, makes: bool) -> NoReturn:
    status = int(error.code or 0)
    reasons = {one.get("reason") for one in error.errors or () if isinstance(one, dict)}
    said = _clean(str(error.message))
    if status == 429 or status >= 500 or reasons & _SLOW_DOWN:
        headers = getattr(error.response, "headers", {})
        asked = headers.get("Retry-After", "")
        raise Lost(str(status), wait_s=float(asked[:9]) if re.fullmatch(r"[0-9]+", asked) else 0) from error
    if not _is_the_apis(error.response):
        raise Unreachable(
            f"{HOST} answered something that is not the Compute Engine API's (HTTP {status})"
        ) from error
    if reasons & _QUOTA:
        raise UsageError(f"{what}: {said}") from error
    if status in (401, 403):
        raise Forbidden(f"{HOST} does not let these credentials reach {what} ({status}: {said})") from error
    place_is_wrong = re.search(r"'projects/[^/']+(/(zones|regions)/[^/']+)?' was not found", said)
    if status == 404 and not place_is_wrong and not makes:
        raise NotFound(f"Compute Engine has no {what}") from error
    raise UsageError(f"{what}: {said}") from error


def _is_the_apis(response: Any) -> bool:
    """Whether an error came in the form that the API gives to errors; a proxy's page would not."""
    try:
        return isinstance(response.json()["error"], dict)
    except (AttributeError, ValueError, TypeError, LookupError, RecursionError):
        return False


def _clean(said: str) -> str:
    """The API's sentence without the request that the library puts in front of it."""
    return re.sub(r"^[A-Z]+ https?://\S+: ", "", said).strip()[:SAID_CHARACTERS]

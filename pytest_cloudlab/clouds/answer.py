"""What a control plane answered, and what its status means for a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from json import JSONDecodeError, loads
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from pytest_cloudlab.clouds.guard import PIECE_BYTES, Guard
from pytest_cloudlab.clouds.tries import Lost, why
from pytest_cloudlab.errors import CloudlabError, Forbidden, NotFound, TooMuch, Unreachable


@dataclass(frozen=True)
class Answer:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    host: str
    """Who answered."""
    moved: bool = False
    """A redirect led to another host than the one asked."""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON; None where it is something else."""
        try:
            return loads(self.body)
        except (JSONDecodeError, UnicodeDecodeError, RecursionError):
            return None

    @property
    def is_page(self) -> bool:
        start = self.body[:256].lstrip().lower()
        return "html" in self.headers.get("Content-Type", "") or start.startswith((b"<!doctype", b"<html"))

    @property
    def _is_switched_off(self) -> bool:
        """Google's word for an API that nobody has enabled in the project, in its old and its new errors."""
        document = self.json()
        error = document.get("error") if isinstance(document, dict) else None
        said = [error.get("details"), error.get("errors")] if isinstance(error, dict) else []
        reasons = [
            one.get("reason")
            for part in said
            for one in (part if isinstance(part, list) else ())
            if isinstance(one, dict)
        ]
        return "SERVICE_DISABLED" in reasons or "accessNotConfigured" in reasons

    def unexpected(self, api: str) -> Unreachable:
        """The error for an answer that the API would not give."""
        if self.is_page:
            return Unreachable(f"{self.host} answered a web page, not the {api} (HTTP {self.status})")
        return Unreachable(f"{self.host} answered something that is not the {api}'s (HTTP {self.status})")

    def refusal(self, what: str, api: str) -> CloudlabError:
        """The error for a status that says no, where the API says it in JSON."""
        if self.status in (401, 403) and not self.moved:
            if self._is_switched_off:
                return Forbidden(
                    f"{self.host} does not tell about {what}: the {api} is not enabled in the project",
                    remedy=f"gcloud services enable {self.host}",
                )
            return Forbidden(f"{self.host} does not let these credentials see {what} (HTTP {self.status})")
        if self.status == 404 and not self.moved and isinstance(self.json(), dict):
            return NotFound(f"{self.host} has no {what}")
        return self.unexpected(api)


class Reply:
    """An answer whose body is still on its way."""

    def __init__(self, response: requests.Response, guard: Guard, *, moved: bool) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.host = urlsplit(response.url).netloc
        self.moved = moved
        self._raw = response.raw
        self._guard = guard

    def read(self, size: int = PIECE_BYTES) -> bytes:
        """The next bytes, at most `size`; empty at the end."""
        try:
            piece: bytes = self._raw.read(size, decode_content=False)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise Lost("too slow" if self._guard.fired else why(error)) from error
        if self._guard.fired:
            raise Lost("too slow")
        return piece

    def whole(self, max_bytes: int) -> Answer:
        """All of it. Raises `TooMuch` above `max_bytes`."""
        body = bytearray()
        while piece := self.read():
            body += piece
            if len(body) > max_bytes:
                raise TooMuch(f"{self.host} sent more than {max_bytes:,} bytes; reading stopped there")
        return Answer(self.status, self.headers, bytes(body), self.host, self.moved)

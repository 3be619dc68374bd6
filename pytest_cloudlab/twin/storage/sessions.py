"""Uploads that are under way and can be taken up again after a break, by either side."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.storage.blobs import Blobs
from pytest_cloudlab.twin.storage.fields import Fields

MOST = 500


@dataclass(frozen=True)
class Plan:
    """What a client said about an object before its content."""

    bucket: str
    name: str
    about: Fields
    expected: dict[str, str] = field(default_factory=dict)
    """Sums by field, `md5Hash` and `crc32c`, in base64."""
    conditions: dict[str, str] = field(default_factory=dict)


@dataclass
class Session:
    id: str
    plan: Plan
    blob: str
    """What arrived until now."""
    total: int = -1
    """Size of the whole in bytes; -1 as long as nobody said."""
    generation: int = 0
    """Of the object that it became; 0 until then."""


class Sessions:
    def __init__(self, blobs: Blobs, known: Iterable[Session]) -> None:
        self._blobs = blobs
        self._open = {session.id: session for session in known}
        self._locks: dict[str, asyncio.Lock] = {}

    @property
    def open(self) -> list[Session]:
        """The oldest first, with those that ended not long ago."""
        return list(self._open.values())

    def start(self, plan: Plan, total: int) -> Session:
        while len(self._open) >= MOST:
            # Not one that is being written to, unless all are.
            idle = (each for each in self._open if each not in self._locks or not self._locks[each].locked())
            self.forget(next(idle, next(iter(self._open))))
        session = Session(secrets.token_urlsafe(32), plan, self._blobs.new(), total)
        self._open[session.id] = session
        return session

    def find(self, identity: str) -> Session:
        """Raises `ApiError` 404."""
        try:
            return self._open[identity]
        except KeyError:
            raise ApiError(404, "No such upload.") from None

    def lock(self, session: Session) -> asyncio.Lock:
        """Held by the one request that may write to it."""
        return self._locks.setdefault(session.id, asyncio.Lock())

    def forget(self, identity: str) -> None:
        session = self._open.pop(identity, None)
        self._locks.pop(identity, None)
        if session and not session.generation:
            self._blobs.remove(session.blob)

    def blobs(self) -> set[str]:
        return {session.blob for session in self._open.values() if not session.generation}

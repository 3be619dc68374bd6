"""What is remembered of external addresses from one run to the next."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from pytest_cloudlab.material.online.answer import Answer, Kind

GOOD_S = 24 * 3600.0
BAD_S = 3600.0
MOST_BYTES = 16 << 20
MOST = 20_000


class _Entry(msgspec.Struct, frozen=True):
    at: float
    """When it was looked at, in seconds since 1970."""
    answer: Answer


class _File(msgspec.Struct, frozen=True):
    version: int = 1
    entries: dict[str, _Entry] = {}


class Answers:
    """A file of answers: good ones hold for a day, bad ones for an hour, and what could not be looked at is
    not remembered. A file that cannot be read, or is none of ours, is taken for an empty one."""

    def __init__(self, path: Path | None, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now
        self._entries = self._read()

    def get(self, url: str) -> Answer | None:
        entry = self._entries.get(url)
        return entry.answer if entry is not None and self._holds(entry) else None

    def put(self, url: str, answer: Answer) -> None:
        if answer.kind is not Kind.NOT_LOOKED_AT:
            self._entries[url] = _Entry(self._now(), answer)

    def save(self) -> None:
        """Write what still holds. A folder that cannot be written to costs the next run its time, no more."""
        if self._path is None:
            return
        held = sorted(
            ((url, entry) for url, entry in self._entries.items() if self._holds(entry)),
            key=lambda each: -each[1].at,
        )
        data = msgspec.json.encode(_File(entries=dict(held[:MOST])))
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                Path(name).replace(self._path)
            except OSError:
                Path(name).unlink(missing_ok=True)

    def _holds(self, entry: _Entry) -> bool:
        age_s = self._now() - entry.at
        return 0 <= age_s < (BAD_S if entry.answer.kind is Kind.GONE else GOOD_S)

    def _read(self) -> dict[str, _Entry]:
        if self._path is None:
            return {}
        try:
            with self._path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
            found = msgspec.json.decode(data, type=_File) if len(data) <= MOST_BYTES else _File()
        except (OSError, msgspec.DecodeError, RecursionError):
            return {}
        return dict(found.entries) if found.version == 1 else {}

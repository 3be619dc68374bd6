"""What goes wrong on purpose: kept in a file of the twin's folder, so that any process can ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin.lock import alone

Kind = Literal["status", "latency", "quota", "no-boot", "lost-blob"]

ONE_AT_A_TIME = ("status", "latency")


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong at one service.

    `value` by kind: the HTTP status (`503`), the latency in seconds (`2.5`), the quota's metric (`CPUS`),
    a pattern of instance names (`be-*`), the digest of a blob (empty: any).
    """

    kind: Kind
    service: str
    value: str
    until: datetime | None = None
    """Aware; None: until it is cleared."""

    def over(self, now: datetime) -> bool:
        return self.until is not None and self.until <= now


class Faults:
    """Those of one twin. The file is read again when it has changed, so a question costs one `stat`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._faults: tuple[Fault, ...] = ()

    def active(self, kind: Kind | None = None, service: str = "") -> list[Fault]:
        """Those that have not expired, oldest first; of one kind or service where that is given."""
        self._look()
        now = datetime.now(UTC)
        return [
            fault
            for fault in self._faults
            if not fault.over(now) and kind in (None, fault.kind) and service in ("", fault.service)
        ]

    def add(self, fault: Fault) -> None:
        """It takes the place of the former fault of the same kind, service and, unless that is a status or a
        latency, value."""
        with alone(self._path.parent):
            self._write([*(each for each in self.active() if not _replaces(fault, each)), fault])

    def clear(self, service: str = "") -> None:
        """End all of them, or those of one service."""
        with alone(self._path.parent):
            self._write([each for each in self.active() if each.service != service] if service else [])

    def _look(self) -> None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._seen, self._faults = None, ()
            return
        # A replaced file may have the time and the size of the one before, but not its number.
        seen = (found.st_mtime_ns, found.st_size, found.st_ino)
        if seen != self._seen:
            try:
                self._faults = msgspec.json.decode(self._path.read_bytes(), type=tuple[Fault, ...])
            except msgspec.DecodeError as error:
                said = f"{self._path} cannot be read ({error})."
                raise UsageError(said, remedy="cloudlab twin fault --clear") from None
            self._seen = seen

    def _write(self, faults: list[Fault]) -> None:
        draft = self._path.with_suffix(".new")
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(faults)))
        draft.replace(self._path)


def _replaces(new: Fault, old: Fault) -> bool:
    same = (new.kind, new.service) == (old.kind, old.service)
    return same and (new.value == old.value or new.kind in ONE_AT_A_TIME)

"""What was provisioned, written down before it exists, so that nothing created is ever unknown."""

from __future__ import annotations

import contextlib
import json
import math
import re
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pytest_cloudlab.errors import TimedOut, UsageError
from pytest_cloudlab.providers.owner import Owner
from pytest_cloudlab.sqlite import stamp, switch_to_wal

RUN_LABEL = "cloudlab-run"
EXPIRES_LABEL = "cloudlab-expires"

RUN_ID = re.compile(r"[a-z0-9_-]{1,63}")
"""What both Compute Engine and Docker take as the value of a label."""

VERSION = 1
BUSY_TIMEOUT_S = 30
SCHEMA = """
create table entries (
    id integer primary key autoincrement, run text not null, kind text not null, name text not null,
    place text not null, labels text not null, created_at real not null, expires_at integer not null,
    pid integer not null, pid_started integer not null, pid_place text not null, state text not null
)
"""


class State(StrEnum):
    PLANNED = "planned"
    """It may exist or not: its creation was about to be asked for."""
    CREATED = "created"
    RELEASED = "released"
    """It is deleted, or surely was never made."""


@dataclass(frozen=True)
class Entry:
    """One provisioned thing."""

    id: int
    run: str
    kind: str
    """`docker`, `gce` or `codespace`."""
    name: str
    where: str
    """The engine's address, `project/zone`, or `owner/name` of a repository."""
    labels: Mapping[str, str]
    """What the thing itself is labelled with, `cloudlab-run` and `cloudlab-expires` among them."""
    created_at: float
    """Unix seconds."""
    expires_at: int
    """Unix seconds."""
    owner: Owner
    state: State


class Ledger:
    """The entries in a SQLite file that several processes may share.

    >>> entry = ledger.plan("docker", "vm-alice", where="unix:///var/run/docker.sock", ttl_s=600)
    >>> ...                     # create it with entry.labels
    >>> ledger.mark_created(entry)
    >>> ...                     # delete it
    >>> ledger.mark_released(entry)

    Each call opens and closes the file: the object may cross threads and forks. Raises `UsageError`
    when the file is no ledger, or one of a newer version; it is left as it is.
    """

    def __init__(self, path: Path, *, run: str = "") -> None:
        self.path = path
        if run and not RUN_ID.fullmatch(run):
            raise UsageError(f"{run!r} cannot label a resource", remedy="Use 1 to 63 of a-z, 0-9, - and _.")
        self.run = run or f"run-{secrets.token_hex(6)}"
        """The id that this run's resources are labelled with: a-z, 0-9 and hyphens."""

    def plan(
        self, kind: str, name: str, *, where: str, ttl_s: int, labels: Mapping[str, str] | None = None
    ) -> Entry:
        """A new entry, on disk when this returns. It expires `ttl_s` seconds from now."""
        now = time.time()
        expires_at = math.ceil(now) + ttl_s
        labels = {**(labels or {}), RUN_LABEL: self.run, EXPIRES_LABEL: str(expires_at)}
        owner = Owner.current()
        values = (
            *(self.run, kind, name, where, json.dumps(labels), now, expires_at),
            *(owner.pid, owner.started, owner.place, State.PLANNED),
        )
        with self._transaction() as connection:
            cursor = connection.execute(
                f"insert into entries values (null, {', '.join('?' * len(values))})",  # noqa: S608
                values,
            )
            entry_id = cursor.lastrowid
        assert entry_id is not None
        return Entry(entry_id, self.run, kind, name, where, labels, now, expires_at, owner, State.PLANNED)

    def mark_created(self, entry: Entry) -> None:
        self._mark(entry, State.CREATED)

    def mark_released(self, entry: Entry) -> None:
        """Closes the entry and deletes its private folder."""
        shutil.rmtree(self._folder(entry), ignore_errors=True)
        self._mark(entry, State.RELEASED)

    def unreleased(self) -> list[Entry]:
        """Everything planned or created and not yet released, oldest first."""
        if not self.path.exists():
            return []
        with self._transaction() as connection:
            rows = connection.execute(
                "select * from entries where state != ? order by id", (State.RELEASED,)
            ).fetchall()
        return [_entry(*row) for row in rows]

    def private_folder(self, entry: Entry) -> Path:
        """A folder for this entry's secrets, readable by nobody else; it goes when the entry does."""
        folder = self._folder(entry)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _folder(self, entry: Entry) -> Path:
        return self.path.parent / "private" / str(entry.id)

    def _mark(self, entry: Entry, state: State) -> None:
        with self._transaction() as connection:
            connection.execute("update entries set state = ? where id = ?", (state, entry.id))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            with contextlib.closing(connection):
                self._prepare(connection)
                connection.execute("begin immediate")
                yield connection
                connection.execute("commit")
        except (sqlite3.DatabaseError, OSError, TimedOut) as error:
            raise UsageError(
                f"{self.path}: cannot be used as the ledger of what was provisioned ({error})",
                remedy="It was left as it is. Move it away if it is no ledger.",
            ) from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        found = stamp(connection)
        if found.version == 0:
            if found.tables:
                raise sqlite3.DatabaseError("it holds other tables")
            switch_to_wal(connection, within_s=BUSY_TIMEOUT_S)
            connection.execute("begin immediate")
            if stamp(connection).version == 0:  # another process may have been first
                connection.execute(SCHEMA)
                connection.execute(f"pragma user_version = {VERSION}")
            connection.execute("commit")
        if stamp(connection).version > VERSION:
            raise UsageError(
                f"{self.path}: written by a newer pytest-cloudlab, in a format that this one does not know",
                remedy="Upgrade pytest-cloudlab. The file was left as it is.",
            )


def _entry(
    entry_id: int,
    run: str,
    kind: str,
    name: str,
    where: str,
    labels: str,
    created_at: float,
    expires_at: int,
    pid: int,
    started: int,
    place: str,
    state: str,
) -> Entry:
    owner = Owner(pid, started, place)
    return Entry(
        entry_id, run, kind, name, where, json.loads(labels), created_at, expires_at, owner, State(state)
    )

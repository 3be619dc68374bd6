"""The file that a journal is kept in: opened, recognised, brought to the newest format."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import msgspec

from pytest_cloudlab.errors import TimedOut, UsageError
from pytest_cloudlab.sqlite import stamp, switch_to_wal

FORMAT = 3
APPLICATION = 0x636C6A31  # tells a journal from other people's databases
BUSY_TIMEOUT_S = 30.0
SCHEMA = """
create table runs (
    id text primary key, lab text not null, started_at text not null, checks text not null,
    version text not null
) strict;
create table observations (
    id integer primary key, run text not null, lab text not null, team text not null,
    member text not null, name text not null, verdict text not null, message text not null,
    remedy text not null, waits_for text not null, at text not null, duration_s real not null,
    measured text not null, evidence text not null
) strict;
create index observations_of on observations (lab, team, member, id);
"""
# Format 2 knows how far a run of a class has got, who an observation is from, and which values decided.
UPGRADE_2 = """
alter table runs add column finished_at text not null default '';
alter table runs add column asked text not null default '';
alter table runs add column kind text not null default '';
alter table observations add column missed text not null default '[]';
alter table observations add column source text not null default '';
alter table observations add column said_by text not null default '';
create index observations_plain on observations (lab, team, member, name, verdict, id)
    where source = '' and missed = '[]';
create index observations_odd on observations (lab, team, member, name, id)
    where source <> '' or missed <> '[]';
create table judged (run text not null, team text not null, member text not null,
    at text not null, primary key (run, team, member)) strict, without rowid;
"""
# Format 3 knows which connections were lost and opened again.
UPGRADE_3 = """
alter table observations add column reconnections text not null default '[]'
"""


class JournalFile:
    """Several processes and threads may append to one file at once; each observation is on disk when
    `append` returns.

    Raises `UsageError` for a file that is no journal, is damaged, or is of a newer format; the file is
    left as it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._explained():
            if path.exists() and (path.is_dir() or path.stat().st_size):
                # Looked at read-only first: opening for writing may already change a file that is not ours.
                with contextlib.closing(_connect(path, "ro")) as looking:
                    self._recognise(looking)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _connect(path, "rwc")
            try:
                self._prepare()
                self._format = FORMAT
            except BaseException:
                self._connection.close()
                raise

    @classmethod
    def open_readonly(cls, path: Path) -> Self:
        """For reports: nothing is created. Raises `UsageError` when there is no journal at `path`."""
        journal = cls.__new__(cls)
        journal.path = path
        journal._lock = threading.RLock()
        if not path.exists():
            raise UsageError(
                f"{path}: there is no journal", remedy="Run a check first, or name another folder."
            )
        with journal._explained():
            journal._connection = _connect(path, "ro")
            try:
                journal._format = journal._recognise(journal._connection)
                if journal._format == 0:
                    raise sqlite3.DatabaseError("it is empty")
            except BaseException:
                journal._connection.close()
                raise
        return journal

    def close(self) -> None:
        self._connection.close()

    def _prepare(self) -> None:
        connection = self._connection
        switch_to_wal(connection, within_s=BUSY_TIMEOUT_S)
        connection.execute("pragma synchronous = full")
        if self._recognise(connection) < FORMAT:
            connection.execute("begin immediate")
            found = self._recognise(connection)  # another process may have been faster
            for statement in [
                *(SCHEMA.split(";") if found < 1 else ()),
                *(UPGRADE_2.split(";") if found < 2 else ()),
                *(UPGRADE_3.split(";") if found < 3 else ()),
            ]:
                connection.execute(statement)
            connection.execute(f"pragma application_id = {APPLICATION}")
            connection.execute(f"pragma user_version = {FORMAT}")
            connection.execute("commit")

    def _recognise(self, connection: sqlite3.Connection) -> int:
        """The format of the file, 0 for an empty one. Raises for what is not ours to write into."""
        found, owner, tables = stamp(connection)
        if not tables and not found and not owner:
            return 0
        if owner != APPLICATION:
            raise sqlite3.DatabaseError("it is a database of another program")
        if found > FORMAT:
            raise UsageError(
                f"{self.path}: written by a newer pytest-cloudlab (format {found}; this one knows {FORMAT})",
                remedy="Upgrade pytest-cloudlab. The file was left as it is.",
            )
        return found

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError, msgspec.MsgspecError, ValueError, TimedOut) as error:
            full = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
            raise UsageError(
                f"{self.path}: cannot be used as the journal ({error})",
                remedy="Make room on its disk and run it again: what it holds is kept."
                if full
                else "It was left as it is. Move it away, or put a copy of it back.",
            ) from error


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # isolation_level None: every statement is its own transaction, unless one is begun by name.
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )

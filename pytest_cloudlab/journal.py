"""The journal: every observation of every run, appended to one SQLite file and never changed."""

from __future__ import annotations

import contextlib
import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from pytest_cloudlab import __version__
from pytest_cloudlab.errors import TimedOut, UsageError
from pytest_cloudlab.model import Check, Evidence, Observation, Verdict
from pytest_cloudlab.waiting import Deadline, NotYet, until

FORMAT = 1
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
COLUMNS = (
    "run, lab, team, member, name, verdict, message, remedy, waits_for, at, duration_s, measured, evidence"
)


class Journal:
    """Several processes may append to one file at once; each observation is on disk when `append` returns.

    Raises `UsageError` for a file that is no journal, is damaged, or is of a newer format; the file is
    left as it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._explained():
            if path.exists() and (path.is_dir() or path.stat().st_size):
                # Looked at read-only first: opening for writing may already change a file that is not ours.
                with contextlib.closing(_connect(path, "ro")) as looking:
                    self._recognise(looking)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _connect(path, "rwc")
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    @classmethod
    def open_readonly(cls, path: Path) -> Journal:
        """For reports: nothing is created. Raises `UsageError` when there is no journal at `path`."""
        journal = cls.__new__(cls)
        journal.path = path
        if not path.exists():
            raise UsageError(
                f"{path}: there is no journal", remedy="Run a check first, or name another folder."
            )
        with journal._explained():
            journal._connection = _connect(path, "ro")
            try:
                if journal._recognise(journal._connection) == 0:
                    raise sqlite3.DatabaseError("it is empty")
            except BaseException:
                journal._connection.close()
                raise
        return journal

    def start_run(self, lab_id: str, checks: Sequence[Check]) -> str:
        """Note that a run begins, with the checks as they are now; returns the run's id."""
        now = datetime.now(UTC)
        run = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        row = (run, lab_id, now.isoformat(), msgspec.json.encode(checks).decode(), __version__)
        with self._explained():
            self._connection.execute("insert into runs values (?, ?, ?, ?, ?)", row)
        return run

    def append(self, observation: Observation) -> None:
        """Add one observation, in a transaction of its own.

        Raises `TypeError` when it measured something that is no JSON.
        """
        one = observation
        row = (
            *(one.run, one.lab, one.team, one.member, one.check, one.verdict.value),
            *(one.message, one.remedy, one.waits_for, one.at.astimezone(UTC).isoformat(), one.duration_s),
            *(measured_json(one.measured), msgspec.json.encode(one.evidence).decode()),
        )
        storable = [
            value.encode("utf-8", "replace").decode() if isinstance(value, str) else value for value in row
        ]
        with self._explained():
            marks = ", ".join("?" * len(storable))
            self._connection.execute(f"insert into observations ({COLUMNS}) values ({marks})", storable)  # noqa: S608 - constants

    def observations(
        self, lab: str, team: str | None = None, member: str | None = None
    ) -> Iterator[Observation]:
        """The observations of a lab, a team or a member, oldest first."""
        wanted = {"lab": lab, "team": team, "member": member}
        given = {column: value for column, value in wanted.items() if value is not None}
        where = " and ".join(f"{column} = ?" for column in given)
        with self._explained():
            rows = self._connection.execute(
                f"select {COLUMNS} from observations where {where} order by id",  # noqa: S608 - constants
                list(given.values()),
            ).fetchall()
            return iter([_observation(*row) for row in rows])

    def checks(self, lab: str) -> tuple[Check, ...]:
        """The checks of the lab as its newest run knew them; none when it never ran."""
        with self._explained():
            row = self._connection.execute(
                "select checks from runs where lab = ? order by rowid desc limit 1", (lab,)
            ).fetchone()
            return msgspec.json.decode(row[0], type=tuple[Check, ...]) if row else ()

    def close(self) -> None:
        self._connection.close()

    def _prepare(self) -> None:
        connection = self._connection
        until(self._switch_to_wal, what="switching the journal to WAL", within_s=BUSY_TIMEOUT_S)
        connection.execute("pragma synchronous = full")
        if self._recognise(connection) == 0:
            connection.execute("begin immediate")
            if self._recognise(connection) == 0:  # another process may have been faster
                for statement in SCHEMA.split(";"):
                    connection.execute(statement)
                connection.execute(f"pragma application_id = {APPLICATION}")
                connection.execute(f"pragma user_version = {FORMAT}")
            connection.execute("commit")

    def _switch_to_wal(self, _: Deadline) -> None:
        try:
            self._connection.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise NotYet("locked") from None  # SQLite's own busy timeout does not cover this one statement

    def _recognise(self, connection: sqlite3.Connection) -> int:
        """The format of the file, 0 for an empty one. Raises for what is not ours to write into."""
        found: int = connection.execute("pragma user_version").fetchone()[0]
        owner: int = connection.execute("pragma application_id").fetchone()[0]
        tables: int = connection.execute("select count(*) from sqlite_master").fetchone()[0]
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
            yield
        except (sqlite3.Error, OSError, msgspec.MsgspecError, ValueError, TimedOut) as error:
            raise UsageError(
                f"{self.path}: cannot be used as the journal ({error})",
                remedy="It was left as it is. Move it away, or put a copy of it back.",
            ) from error


def measured_json(measured: Mapping[str, Any]) -> str:
    """Raises `TypeError` naming the value that is no JSON: an object, bytes, a set, NaN."""
    for key, value in measured.items():
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise TypeError(f"measured {key!r} is no plain JSON value: {error}") from None
    return json.dumps(dict(measured))


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # isolation_level None: every statement is its own transaction, unless one is begun by name.
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None
    )


def _observation(
    run: str, lab: str, team: str, member: str, check: str, verdict: str, message: str, remedy: str,
    waits_for: str, at: str, duration_s: float, measured: str, evidence: str,
) -> Observation:  # fmt: skip
    files = msgspec.json.decode(evidence, type=tuple[Evidence, ...])
    return Observation(
        lab=lab, team=team, member=member, check=check, verdict=Verdict(verdict), message=message,
        at=datetime.fromisoformat(at), duration_s=duration_s, remedy=remedy, waits_for=waits_for,
        measured=json.loads(measured), evidence=files, run=run,
    )  # fmt: skip

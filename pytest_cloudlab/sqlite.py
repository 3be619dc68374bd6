"""What every SQLite file of ours needs while several processes open it for the first time."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from pytest_cloudlab.waiting import Deadline, NotYet, until


class Stamp(NamedTuple):
    """Tells whose file it is; all zero for an empty one."""

    version: int
    application: int
    tables: int


def stamp(connection: sqlite3.Connection) -> Stamp:
    """Read in one statement: what another process writes meanwhile is in all three or in none."""
    found = connection.execute(
        "select user_version, application_id, (select count(*) from sqlite_master)"
        " from pragma_user_version, pragma_application_id"
    ).fetchone()
    return Stamp(*found)


def switch_to_wal(connection: sqlite3.Connection, *, within_s: float) -> None:
    """Let readers and one writer work at the same time; the file stays so. Raises `TimedOut`."""

    def switched(_: Deadline) -> None:
        try:
            connection.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise NotYet("locked") from None  # SQLite's own busy timeout does not cover this one statement

    until(switched, what="switching the file to WAL", within_s=within_s)

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pytest_cloudlab.errors import TimedOut
from pytest_cloudlab.sqlite import Stamp, stamp, switch_to_wal


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.sqlite"


@pytest.fixture
def connection(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(opened(file)) as connection:
        yield connection


def opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=30, isolation_level=None)


def write(connection: sqlite3.Connection) -> None:
    connection.execute("begin immediate")
    connection.execute("create table one (id integer primary key)")
    connection.execute("pragma user_version = 3")
    connection.execute("pragma application_id = 5")
    connection.execute("commit")


def test_the_stamp_tells_whose_file_it_is(connection: sqlite3.Connection) -> None:
    assert stamp(connection) == Stamp(0, 0, 0)
    write(connection)
    assert stamp(connection) == Stamp(3, 5, 1)


def test_what_others_write_is_seen_whole_or_not_at_all(tmp_path: Path) -> None:
    """A file that is half made is never taken for somebody else's."""
    for index in range(20):
        file = tmp_path / f"{index}.sqlite"

        def make(file: Path = file) -> None:
            with closing(opened(file)) as other:
                write(other)

        with closing(opened(file)) as connection:
            writing = threading.Thread(target=make)
            writing.start()
            seen = {stamp(connection)}
            while (found := stamp(connection)) == Stamp(0, 0, 0):
                seen.add(found)
            writing.join()
        assert seen | {found} <= {Stamp(0, 0, 0), Stamp(3, 5, 1)}


def test_switching_waits_for_whoever_uses_the_file(file: Path, connection: sqlite3.Connection) -> None:
    write(connection)
    connection.execute("begin immediate")
    with closing(opened(file)) as other, pytest.raises(TimedOut, match="locked"):
        switch_to_wal(other, within_s=0.2)
    connection.execute("commit")
    with closing(opened(file)) as other:
        switch_to_wal(other, within_s=30)
    with closing(opened(file)) as third:
        assert third.execute("pragma journal_mode").fetchone() == ("wal",)

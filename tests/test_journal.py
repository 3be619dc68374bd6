"""The journal: what is appended stays, whoever else writes and whatever else the file is."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.journal import FORMAT, Journal
from pytest_cloudlab.journal.file import APPLICATION, SCHEMA, UPGRADE_2
from pytest_cloudlab.model import Check, Evidence, Observation, Verdict
from pytest_cloudlab.reconnection import Reconnection

AT = datetime(2025, 11, 21, 10, 30, 15, 123456, tzinfo=UTC)


def observed(**changes: Any) -> Observation:
    one = Observation(
        lab="be", team="rocket", member="alice", check="test_a", verdict=Verdict.FAILED, message="no", at=AT,
        duration_s=0.25, remedy="do", waits_for="test_b", measured={"accuracy": 0.5, "ports": [1, 2]},
        evidence=(Evidence("page.png", "ab" * 32, "image/png", 3),), run="r1", missed=("accuracy",),
        source="override", said_by="Ada",
    )  # fmt: skip
    return replace(one, **changes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal(path)
    yield journal
    journal.close()


def test_observations_come_back_whole_and_in_order(journal: Journal, path: Path) -> None:
    """Every field survives a reopening of the file, oldest first even where clocks disagree."""
    ones = [observed(), observed(at=AT - timedelta(hours=1), message="عمر \x00 \n 'x'; drop table runs")]
    for one in ones:
        journal.append(one)
    journal.close()
    again = Journal(path)
    assert list(again.observations("be")) == ones
    again.close()


def test_times_are_kept_in_utc(journal: Journal) -> None:
    """The same moment, whatever zone it was given in."""
    journal.append(observed(at=AT.astimezone(timezone(timedelta(hours=2)))))
    (one,) = journal.observations("be")
    assert one.at == AT
    assert one.at.tzinfo == UTC


def test_observations_are_found_by_lab_team_and_member(journal: Journal) -> None:
    """Each argument narrows; a lab with no observation has none."""
    for lab, team, member in [("be", "a", "x"), ("be", "a", "y"), ("be", "b", "x"), ("tp", "a", "x")]:
        journal.append(observed(lab=lab, team=team, member=member))
    assert len(list(journal.observations("be"))) == 3
    assert len(list(journal.observations("be", "a"))) == 2
    assert len(list(journal.observations("be", "a", "x"))) == 1
    assert list(journal.observations("other")) == []


@pytest.mark.parametrize(
    "value", [object(), b"bytes", {1, 2}, float("nan"), {"deep": [datetime(2025, 1, 1, tzinfo=UTC)]}]
)
def test_what_is_no_json_is_refused_at_once(journal: Journal, value: object) -> None:
    """The name of the value is said, and nothing is appended."""
    with pytest.raises(TypeError, match="digest"):
        journal.append(observed(measured={"digest": value}))
    assert list(journal.observations("be")) == []


def test_half_characters_do_not_stop_a_run(journal: Journal) -> None:
    """Text that no encoding can hold is stored with a replacement."""
    journal.append(observed(message="half \ud800"))
    assert next(journal.observations("be")).message == "half ?"


def test_a_run_remembers_its_checks(journal: Journal) -> None:
    """The newest run's, as they were then; runs have ids of their own."""
    old, new = Check("test_a", "A", "h", "1"), Check("test_a", "A!", "h", "1", 2.5, ("x",), "at_end", True)
    assert journal.checks("be") == ()
    first, second = journal.start_run("be", [old]), journal.start_run("be", (new,))
    journal.start_run("tp", [])
    assert first != second
    assert journal.checks("be") == (new,)


def test_an_append_is_on_disk_when_it_returns(journal: Journal, path: Path) -> None:
    """A second reader sees it while the writer is still open."""
    journal.append(observed())
    reader = Journal.open_readonly(path)
    assert list(reader.observations("be")) == [observed()]
    journal.append(observed(message="more"))
    assert len(list(reader.observations("be"))) == 2
    with pytest.raises(UsageError, match="readonly"):
        reader.append(observed())
    reader.close()


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Observation, Verdict
journal = Journal(Path(sys.argv[1]))
run = journal.start_run("be", [])
for i in range(30):
    now = datetime.now(UTC)
    journal.append(Observation("be", "t", sys.argv[2], "c", Verdict.PASSED, str(i), now, 0.0, run=run))
"""


def test_several_processes_may_create_and_write_one_journal(path: Path) -> None:
    """Started at once on a file that does not exist yet, none is refused and nothing is lost."""
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(i)], stderr=subprocess.PIPE, text=True)
        for i in range(4)
    ]
    errors = [writer.communicate(timeout=120)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4, errors
    reader = Journal.open_readonly(path)
    for i in range(4):
        assert [one.message for one in reader.observations("be", "t", str(i))] == [str(n) for n in range(30)]
    reader.close()


def newer(path: Path) -> None:
    Journal(path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"pragma user_version = {FORMAT + 1}")
    connection.commit()
    connection.close()


def damaged(path: Path) -> None:
    journal = Journal(path)
    for _ in range(200):
        journal.append(observed())
    journal.close()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\x55" * 3996
    path.write_bytes(content)


def someone_elses(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("create table passwords (x)")
    connection.commit()
    connection.close()


def no_database(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("lab = 'be'\n" * 100)


@pytest.mark.parametrize("make", [newer, damaged, someone_elses, no_database])
@pytest.mark.parametrize("opened", [Journal, Journal.open_readonly])
def test_a_file_that_cannot_be_used_is_left_as_it_is(path: Path, make: Any, opened: Any) -> None:
    """The error names the file and the remedy; not one byte of it changes."""
    make(path)
    before = path.read_bytes()
    with pytest.raises(UsageError, match=str(path)) as caught:
        opened(path)
    assert caught.value.remedy
    assert path.read_bytes() == before


def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    """Said in one sentence, with the path."""
    with pytest.raises(UsageError, match=str(tmp_path)):
        Journal(tmp_path)


def test_reading_creates_nothing(path: Path) -> None:
    """Where there is no journal, a reader says so."""
    with pytest.raises(UsageError, match="no journal"):
        Journal.open_readonly(path)
    assert not path.parent.exists()


def test_a_damaged_row_is_a_usage_error(journal: Journal, path: Path) -> None:
    """A value that no version wrote is reported as the file's fault, not as a crash."""
    journal.append(observed())
    connection = sqlite3.connect(path)
    connection.execute("update observations set evidence = ?", (json.dumps({"no": "list"}),))
    connection.commit()
    connection.close()
    with pytest.raises(UsageError, match=str(path)):
        journal.observations("be")


def test_observations_of_one_append_are_kept_together_or_not_at_all(journal: Journal) -> None:
    """One that cannot be kept takes the others with it, and the next append is not hindered."""
    with pytest.raises(TypeError, match="digest"):
        journal.append(observed(), observed(measured={"digest": b""}))
    with pytest.raises(UsageError):
        journal.append(observed(), observed(message=None))
    assert list(journal.observations("be")) == []
    journal.append(observed(), observed(message="two"))
    assert [one.message for one in journal.observations("be")] == ["no", "two"]


def test_who_judges_goes_on_with_a_run_that_judges(journal: Journal) -> None:
    """Receipts taken in and grades worked out anew in between do not hide the run that was killed."""
    run = journal.start_run("be", [], "all")
    journal.mark_judged(run, "rocket", "alice")
    for kind in ("receipts", "regrade"):
        journal.start_run("be", [Check("test_a", "A", "h", "1")], kind=kind)
    found = journal.unfinished("be", "all")
    assert found is not None
    assert (found[0], found[2]) == (run, {("rocket", "alice")})
    assert journal.checks("be") != ()


def format_1(path: Path) -> Observation:
    """A journal as the first format had it, with one observation."""
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA + f"pragma application_id = {APPLICATION}; pragma user_version = 1;")
    one = observed(missed=(), source="", said_by="")
    connection.execute(
        "insert into observations values (1, 'r1', 'be', 'rocket', 'alice', 'test_a', 'failed', 'no', 'do',"
        " 'test_b', ?, 0.25, ?, ?)",
        (AT.isoformat(), json.dumps(dict(one.measured)), msgspec.json.encode(one.evidence).decode()),
    )
    connection.execute("insert into runs values ('r1', 'be', ?, '[]', '0.1.0')", (AT.isoformat(),))
    connection.commit()
    connection.close()
    return one


def test_a_journal_of_the_first_format_is_read_and_gone_on_with(path: Path) -> None:
    """Read as it is without being changed; brought to the newest format by who writes."""
    one = format_1(path)
    before = path.read_bytes()
    reader = Journal.open_readonly(path)
    assert list(reader.observations("be")) == [one]
    reader.close()
    assert path.read_bytes() == before
    writer = Journal(path)
    writer.append(observed())
    assert list(writer.observations("be")) == [one, observed()]
    writer.close()


def test_a_journal_of_the_second_format_is_read_and_gone_on_with(path: Path) -> None:
    """It knows of no reconnections; what is added to it may have some."""
    told = Reconnection("ssh://desktop", AT, 1.5, "it slept")
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript(
        SCHEMA + UPGRADE_2 + f"pragma application_id = {APPLICATION}; pragma user_version = 2;"
    )
    connection.execute(
        "insert into observations values (1, 'r1', 'be', 'rocket', 'alice', 'test_a', 'failed', 'no', 'do',"
        " 'test_b', ?, 0.25, '{}', '[]', '[]', '', '')",
        (AT.isoformat(),),
    )
    connection.commit()
    connection.close()
    reader = Journal.open_readonly(path)
    (old,) = reader.observations("be")
    assert [*reader.deciding("be", "rocket", "alice", [Check("test_a", "A", "h", "1")])] == [old]
    reader.close()
    assert old.reconnections == ()
    writer = Journal(path)
    writer.append(observed(reconnections=(told,)))
    assert [one.reconnections for one in writer.observations("be")] == [(), (told,)]
    writer.close()


def test_a_run_is_gone_on_with_by_one_grader_only(path: Path) -> None:
    """While the one that began it is alive, it is nobody else's; nor is one that is finished."""
    first, second = Journal(path), Journal(path)
    run = first.start_run("be", [], "all", held=True)
    assert not second.hold(run)
    first.close()
    assert second.hold(run)
    second.finish_run(run)
    assert not second.hold(run)
    assert list((path.parent / "runs").iterdir()) == []
    second.close()


def test_a_grader_that_was_killed_holds_nothing(path: Path) -> None:
    """Its process is gone, and its hold with it."""
    code = (
        "import os, pathlib, sys; from pytest_cloudlab.journal import Journal;"
        "print(Journal(pathlib.Path(sys.argv[1])).start_run('be', [], 'all', held=True), flush=True);"
        "os.kill(os.getpid(), 9)"
    )
    said = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True)
    journal = Journal(path)
    assert journal.hold(said.stdout.strip())
    journal.close()

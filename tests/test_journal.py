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

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.journal import FORMAT, Journal
from pytest_cloudlab.model import Check, Evidence, Observation, Verdict

AT = datetime(2025, 11, 21, 10, 30, 15, 123456, tzinfo=UTC)


def observed(**changes: Any) -> Observation:
    one = Observation(
        lab="be", team="rocket", member="alice", check="test_a", verdict=Verdict.FAILED, message="no", at=AT,
        duration_s=0.25, remedy="do", waits_for="test_b", measured={"accuracy": 0.5, "ports": [1, 2]},
        evidence=(Evidence("page.png", "ab" * 32, "image/png", 3),), run="r1",
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

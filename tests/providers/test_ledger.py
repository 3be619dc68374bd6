from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.providers.ledger import Ledger, State
from pytest_cloudlab.providers.owner import Owner


def test_a_planned_entry_is_on_disk_before_anything_is_created(ledger: Ledger) -> None:
    """Another process finds the entry, its run, owner and labels, as soon as `plan` has returned."""
    planned = ledger.plan("docker", "vm-alice", where="unix:///x.sock", ttl_s=600, labels={"lab": "be"})
    [found] = Ledger(ledger.path).unreleased()
    assert found == planned
    assert found.state is State.PLANNED
    assert found.owner == Owner.current()
    assert found.labels == {
        "lab": "be",
        "cloudlab-run": ledger.run,
        "cloudlab-expires": str(found.expires_at),
    }
    assert found.expires_at == pytest.approx(time.time() + 600, abs=5)


def test_an_entry_stays_until_it_is_released(ledger: Ledger) -> None:
    """A created entry is still listed; a released one is not, and others are untouched."""
    one = ledger.plan("docker", "one", where="e", ttl_s=1)
    two = ledger.plan("gce", "two", where="p/z", ttl_s=1)
    ledger.mark_created(one)
    ledger.mark_created(two)
    assert [entry.state for entry in ledger.unreleased()] == [State.CREATED, State.CREATED]
    ledger.mark_released(one)
    assert [entry.name for entry in ledger.unreleased()] == ["two"]


def test_each_run_has_an_id_of_its_own(tmp_path: Path) -> None:
    """Two runs over one ledger file never share the label that tells their resources apart."""
    assert Ledger(tmp_path / "l").run != Ledger(tmp_path / "l").run


def test_secrets_live_as_long_as_the_entry(ledger: Ledger) -> None:
    """The private folder is readable by its owner only, and released entries leave none behind."""
    entry = ledger.plan("gce", "vm", where="p/z", ttl_s=60)
    folder = ledger.private_folder(entry)
    (folder / "key").write_text("secret")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    ledger.mark_released(entry)
    assert not folder.exists()


def test_a_ledger_that_does_not_exist_holds_nothing(ledger: Ledger) -> None:
    """Reading makes no file."""
    assert ledger.unreleased() == []
    assert not ledger.path.exists()


def _plan_many(path: Path) -> None:
    for index in range(20):
        Ledger(path).plan("docker", f"c{index}", where="e", ttl_s=60)


def test_processes_write_at_the_same_time(ledger: Ledger) -> None:
    """No entry is lost when several processes plan into a ledger that none of them has made before."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_plan_many, args=(ledger.path,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(ledger.unreleased()) == 60


def test_threads_make_it_at_the_same_time(tmp_path: Path) -> None:
    """Whoever comes second takes what the first has just made for a ledger, at whichever moment it looks."""
    together = 4
    for index in range(50):
        path = tmp_path / str(index) / "ledger.sqlite"
        start = threading.Barrier(together)

        def plan(path: Path = path, start: threading.Barrier = start) -> None:
            ledger = Ledger(path)
            start.wait()
            ledger.plan("docker", "one", where="e", ttl_s=60)

        with ThreadPoolExecutor(together) as pool:
            for one in [pool.submit(plan) for _ in range(together)]:
                one.result()
        assert len(Ledger(path).unreleased()) == together


@pytest.mark.parametrize("content", [b"not a database " * 100, None, "newer"])
def test_a_file_that_is_no_ledger_is_left_as_it_is(ledger: Ledger, content: bytes | str | None) -> None:
    """Garbage, another program's database and a newer format are refused by name and not written to."""
    ledger.path.parent.mkdir()
    if isinstance(content, bytes):
        ledger.path.write_bytes(content)
    else:
        connection = sqlite3.connect(ledger.path)
        connection.execute("create table theirs (x)")
        connection.execute(f"pragma user_version = {99 if content else 0}")
        connection.close()
    before = ledger.path.read_bytes()
    with pytest.raises(UsageError, match=r"ledger\.sqlite: .*\n.+"):
        ledger.plan("docker", "c", where="e", ttl_s=60)
    assert ledger.path.read_bytes() == before

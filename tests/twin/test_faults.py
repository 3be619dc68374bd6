"""The file of faults: who is told, and until when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin.faults import Fault, Faults


def test_there_are_none_without_a_file(tmp_path: Path) -> None:
    assert Faults(tmp_path / "faults.json").active() == []


def test_one_process_hears_of_what_another_added_and_cleared(tmp_path: Path) -> None:
    """Both hold an object of their own; only the file is shared."""
    cli, server = Faults(tmp_path / "faults.json"), Faults(tmp_path / "faults.json")
    assert server.active() == []
    fault = Fault("status", "compute", "503")
    cli.add(fault)
    assert server.active() == [fault]
    cli.clear()
    assert server.active() == []


def test_faults_are_told_by_kind_and_service(tmp_path: Path) -> None:
    faults = Faults(tmp_path / "faults.json")
    quota, slow = Fault("quota", "compute", "CPUS"), Fault("latency", "storage", "2")
    for fault in (quota, slow):
        faults.add(fault)
    assert faults.active() == [quota, slow]
    assert faults.active("quota") == [quota]
    assert faults.active("latency", "storage") == [slow]
    assert faults.active("latency", "compute") == []


def test_an_expired_fault_is_gone(tmp_path: Path) -> None:
    """Without anybody writing the file again."""
    faults = Faults(tmp_path / "faults.json")
    now = datetime.now(UTC)
    lasting = Fault("status", "registry", "500", now + timedelta(hours=1))
    faults.add(lasting)
    faults.add(Fault("status", "compute", "503", now - timedelta(seconds=1)))
    assert faults.active() == [lasting]


def test_asking_again_replaces_the_time(tmp_path: Path) -> None:
    faults = Faults(tmp_path / "faults.json")
    faults.add(Fault("status", "compute", "503", datetime.now(UTC) + timedelta(minutes=1)))
    faults.add(Fault("status", "compute", "503"))
    assert faults.active() == [Fault("status", "compute", "503")]


def test_a_file_that_somebody_spoiled_is_named_and_can_be_cleared(tmp_path: Path) -> None:
    faults = Faults(tmp_path / "faults.json")
    (tmp_path / "faults.json").write_text('[{"kind": "nonsense"}]')
    with pytest.raises(UsageError, match=r"faults\.json cannot be read") as caught:
        faults.active()
    assert caught.value.remedy == "cloudlab twin fault --clear"
    faults.clear()
    assert faults.active() == []


def test_a_new_status_takes_the_place_of_the_former(tmp_path: Path) -> None:
    """A service cannot answer with two; other services and other kinds keep theirs."""
    faults = Faults(tmp_path / "faults.json")
    for kind, service, value in (
        ("status", "compute", "503"), ("status", "storage", "503"), ("quota", "compute", "CPUS"),
        ("quota", "compute", "GPUS"), ("status", "compute", "429"),
    ):  # fmt: skip
        faults.add(Fault(kind, service, value))  # type: ignore[arg-type] # all of them are kinds
    assert [(each.service, each.value) for each in faults.active()] == [
        ("storage", "503"), ("compute", "CPUS"), ("compute", "GPUS"), ("compute", "429"),
    ]  # fmt: skip


def test_faults_added_at_once_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    wanted = {Fault("no-boot", "compute", f"vm-{number}") for number in range(20)}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda fault: Faults(path).add(fault), wanted))
    assert set(Faults(path).active()) == wanted

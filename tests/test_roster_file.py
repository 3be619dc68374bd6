"""Rosters written: they read back, name their lab, and are never written over another file."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Course, Member, Roster, Team
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.roster_file import lab_name, roster_text, write_roster
from tests.labs import write_lab

ALICE = Member("alice", "Alice", {"rope": "red", "unties": "blue"}, {"vm": "ssh://x"}, "a@example.org")
BOB = Member("bob", 'Bob "the rope"\\', {"rope": "blue", "unties": "red"})
COURSE = Course("p", "eu.gcr.io/p", zones=("a", "b"), trust_new_host_keys=True, witness="w:22")


def test_a_roster_reads_back_with_all_that_it_says(tmp_path: Path) -> None:
    lab = load_lab(write_lab(tmp_path, {}))
    roster = Roster(COURSE, (Team("sailors", (ALICE, BOB)),), me="bob")
    assert write_roster(roster_text("knots", roster), tmp_path / "r.toml") == (lab, roster)
    assert load_roster(tmp_path / "r.toml") == (lab, roster)


def test_what_is_no_roster_is_not_written(tmp_path: Path) -> None:
    """The error names the file that was asked for; nothing is left behind."""
    write_lab(tmp_path, {})
    text = roster_text("knots", Roster(Course(), (Team("sailors", (ALICE,)),)))
    with pytest.raises(UsageError, match=r"^member 'alice': unties = 'blue'.*\. Nothing was written\."):
        write_roster(text, tmp_path / "r.toml")
    assert [path.name for path in tmp_path.iterdir()] == ["knots"]


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    write_lab(tmp_path, {})
    (tmp_path / "r.toml").write_text("mine")
    with pytest.raises(FileExistsError):
        write_roster(roster_text("knots", Roster(COURSE, (Team("t", (ALICE, BOB)),))), tmp_path / "r.toml")
    assert (tmp_path / "r.toml").read_text() == "mine"


def test_a_lab_is_named_so_that_it_is_found_again(tmp_path: Path) -> None:
    """By name if it is known by it, else by its folder: relative to the roster if it is beside it."""
    assert lab_name(load_lab(find_lab("be")), tmp_path) == "be"
    assert lab_name(load_lab(find_lab("be-codespace")), tmp_path) == "be-codespace"
    folder = write_lab(tmp_path, {})
    assert lab_name(load_lab(folder), tmp_path) == "knots"
    assert lab_name(load_lab(folder), tmp_path / "elsewhere") == str(folder)
    own = load_lab(folder.rename(tmp_path / "be"))
    assert lab_name(own, tmp_path) == "./be"
    assert find_lab("./be", beside=tmp_path) == tmp_path / "be"

"""Receipts taken in: each for itself, nothing twice, nothing lost, nothing that the roster denies."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.journal import Journal, open_journal
from pytest_cloudlab.model import Lab, Member, Observation, Roster, Verdict
from pytest_cloudlab.receipts.intake import Intake, Taken
from pytest_cloudlab.roster import load_roster
from tests.labs import ROSTER, write_roster
from tests.receipts.maker import CHECKS, PAGE, altered, digest, entries, looked, packed, seen, written, zipped


class Desk:
    """An instructor's, with a journal and a folder of what was handed in."""

    def __init__(self, folder: Path, lab: Lab, roster: Roster, journal: Journal) -> None:
        self.lab, self.roster, self.journal = lab, roster, journal
        self.handed = folder / "handed"
        self.handed.mkdir()
        self.store = EvidenceStore(folder / "ours")

    def take(self) -> list[Taken]:
        return Intake(self.lab, self.roster, CHECKS, self.journal, self.store).take_all(self.handed)

    def give(self, data: bytes, name: str = "a.receipt") -> Taken:
        written(self.handed, name, data)
        return next(one for one in self.take() if one.file.name == name)

    @property
    def kept(self) -> list[Observation]:
        return list(self.journal.observations("knots"))


@pytest.fixture
def desk(tmp_path: Path, course: tuple[Lab, Roster]) -> Iterator[Desk]:
    with contextlib.closing(open_journal(tmp_path / "data")) as journal:
        yield Desk(tmp_path, *course, journal)


def test_what_a_student_saw_is_kept_as_self_reported(desk: Desk, receipt: bytes) -> None:
    """Under the roster's team, with its evidence in our own store."""
    taken = desk.give(receipt)
    assert (taken.member and taken.member.id, taken.added, taken.notes) == ("alice", 1, ())
    (one,) = desk.kept
    assert (one.team, one.member, one.check, one.verdict) == ("sailors", "alice", "test_taken", "passed")
    assert (one.source, one.measured, one.at) == ("receipt", {"length": 2.5}, seen("test_taken").at)
    assert [desk.store.read(each) for each in one.evidence] == [PAGE]
    assert one.run
    assert one.run != "hers"


def test_the_same_twice_adds_nothing(desk: Desk, lab: Lab, alice: Member, hers: EvidenceStore) -> None:
    """Neither handed in again, nor as a copy, nor within a later one that holds more."""
    first = packed(lab, alice, hers, seen("test_taken")).data
    more = packed(lab, alice, hers, seen("test_taken"), seen("test_tied", minute=5)).data
    assert desk.give(first).added == 1
    assert desk.give(first, "b.receipt").added == 0
    assert desk.give(more, "c.receipt").added == 1
    assert [one.added for one in desk.take()] == [0, 0, 0]
    assert [one.check for one in desk.kept] == ["test_taken", "test_tied"]


def test_receipts_lie_as_an_lms_gives_them(desk: Desk, receipt: bytes) -> None:
    """In folders, under names with anything in them; other files and links are not looked at."""
    written(desk.handed / "Alice Martin_1_file", "knots-alice (1).receipt", receipt)
    written(desk.handed, "notes.txt", b"hello")
    (desk.handed / "link.receipt").symlink_to("/etc/passwd")
    (desk.handed / "folder.receipt").mkdir()
    assert [one.file.name for one in desk.take()] == ["knots-alice (1).receipt"]


def test_one_that_is_refused_stops_no_other(desk: Desk, receipt: bytes) -> None:
    written(desk.handed, "0.receipt", b"%PDF")
    written(desk.handed, "1.receipt", receipt)
    written(desk.handed, "2.receipt", receipt[:-9])
    first, second, third = desk.take()
    assert (first.member, first.notes) == (None, ("it is no receipt",))
    assert second.added == 1
    assert third.notes == ("it was cut short, or packed by something else",)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lab": "be"}, "it is of the lab be, not of knots"),
        ({"lab": "\x1b[31mred" + "x" * 300}, "it is of the lab redxxx"),
        ({"name": "Mallory"}, "it is of Mallory, and alice in the roster is Alice Martin"),
        ({"name": "Mallory", "member": "mallory"}, "it is of Mallory, whom the roster does not have"),
        ({"name": "\x1b[2J\u202e"}, "and alice in the roster is Alice Martin"),
    ],
)
def test_a_receipt_that_is_not_of_this_class_is_refused(
    desk: Desk, receipt: bytes, changes: dict[str, Any], said: str
) -> None:
    """In one sentence, without what would steer a terminal."""
    taken = desk.give(altered(receipt, **changes))
    assert taken.member is None
    (note,) = taken.notes
    assert said in note
    assert "\x1b" not in note
    assert desk.kept == []


@pytest.mark.parametrize("name", ["Zoe\u0308 O'Neil ", "O'NEIL Zoë", "zoë  o'neil"])
def test_a_student_is_known_by_name_under_another_id(desk: Desk, receipt: bytes, name: str) -> None:
    """Students choose their own id in a file of their own; a name is the same as people read it."""
    taken = desk.give(altered(receipt, member="zoe", name=name))
    assert (taken.member and taken.member.id, taken.added) == ("bob", 1)


def test_a_name_that_several_have_is_told_apart_by_the_id(tmp_path: Path, desk: Desk, receipt: bytes) -> None:
    text = ROSTER.replace("Zoë O'Neil", "Alice Martin")
    desk.lab, desk.roster = load_roster(write_roster(tmp_path, tmp_path / "knots", text))
    assert desk.give(receipt).added == 1
    assert desk.kept[0].member == "alice"
    other = desk.give(altered(receipt, member="ali"), "b.receipt")
    assert other.notes == ("it is of Alice Martin, and the roster has several of that name",)


def future(receipt: bytes, days: float) -> bytes:
    return looked(receipt, at=(datetime.now(UTC) + timedelta(days=days)).isoformat())


def nested(depth: int) -> dict[str, Any]:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return {"x": value}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda one: looked(one, check="test_gone"), "the lab has no such check: test_gone"),
        (lambda one: looked(one, check="<script>\x1b[31m"), "the lab has no such check: <script>"),
        (lambda one: future(one, 3), "its time has not come yet: test_taken"),
        (lambda one: looked(one, at="9999-12-31T23:59:59-14:00"), "its time is none that can be: test_taken"),
        (lambda one: looked(one, at="0001-01-01T00:00:00+14:00"), "its time is none that can be: test_taken"),
        (lambda one: looked(one, measured=nested(30)), "its values are no plain ones: test_taken"),
        (lambda one: looked(one, measured={"x": [0] * 20_000}), "its values are no plain ones: test_taken"),
        (lambda one: looked(one, measured={"x": 10**400}), "its values are no plain ones: test_taken"),
        (
            lambda one: looked(
                one, evidence=[{"name": "a", "sha256": "0" * 64, "media_type": "text/plain"}]
            ),
            "evidence is missing: test_taken",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_in_is_named(
    desk: Desk, lab: Lab, alice: Member, hers: EvidenceStore, make: Callable[[bytes], bytes], said: str
) -> None:
    """And the rest of the receipt is."""
    taken = desk.give(make(packed(lab, alice, hers, seen("test_taken"), seen("test_tied")).data))
    assert taken.notes == (said,)
    assert "test_tied" in [one.check for one in desk.kept]
    if "evidence" not in said:
        assert [one.check for one in desk.kept] == ["test_tied"]


def test_a_clock_that_is_some_hours_ahead_costs_nothing(desk: Desk, receipt: bytes) -> None:
    """A laptop that starts two systems is off by its time zone."""
    assert desk.give(future(receipt, 0.5)).added == 1


def test_its_words_are_made_safe(desk: Desk, receipt: bytes) -> None:
    """As those of any machine: no secret, nothing that steers a terminal, not endless; names make no path."""
    hostile = "\x1b[31mtoken=abcdef123456\x1b[0m " + "x" * 9_000
    file = {"name": "../../../etc/passwd\x1b[31m", "sha256": "", "media_type": "text/html\n<script>"}
    file["sha256"] = digest(PAGE)
    changes = {
        "message": hostile,
        "remedy": hostile,
        "measured": {hostile: [hostile]},
        "missed": [hostile[:90]],
    }
    assert desk.give(looked(receipt, verdict="failed", evidence=[file], **changes)).added == 1
    (one,) = desk.kept
    text = str((one.message, one.remedy, one.measured, one.missed, one.evidence))
    assert "abcdef123456" not in text
    assert "\\x1b" not in text
    assert len(one.message) == 2_000
    assert one.evidence[0].media_type == "application/octet-stream"
    assert desk.store.read(one.evidence[0]) == PAGE


def test_evidence_that_nothing_refers_to_is_not_kept(desk: Desk, receipt: bytes) -> None:
    content = entries(receipt)
    desk.give(zipped({**content, "receipt.json": entries(looked(receipt, evidence=[]))["receipt.json"]}))
    assert not desk.store.folder.exists()


def test_a_folder_that_is_not_there_is_a_mistake(tmp_path: Path, desk: Desk) -> None:
    desk.handed.rmdir()
    with pytest.raises(UsageError, match="there is no such folder"):
        desk.take()


def test_taking_in_is_no_run_that_judges(desk: Desk, receipt: bytes) -> None:
    """A run of the class that was killed is still gone on with; without anything new there is no run."""
    run = desk.journal.start_run("knots", CHECKS, "all")
    desk.give(receipt)
    found = desk.journal.unfinished("knots", "all")
    assert found is not None
    assert found[0] == run
    assert {one.verdict for one in desk.kept} == {Verdict.PASSED}

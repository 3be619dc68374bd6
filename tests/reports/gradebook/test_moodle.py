"""Moodle: the import goes through as a whole, and every grade reaches the one it is of."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.reports.gradebook import moodle
from tests.reports import sample
from tests.reports.gradebook.classes import a_class, book, exported, member, table
from tests.reports.gradebook.importers import Moodle, Refused

HEADER = '"First name","Last name","ID number",Institution,"Email address","Assignment: Knots (Real)"'
ROWS = (
    'Alice,Martin,1001,X,alice@example.org,"12,5"',
    "Zoë,O'Neil,1002,X,zoe@elsewhere.example,-",
    "عمر,الخيام,1003,X,CAROL@example.org,",
    "Dave,Lost,1004,X,dave@example.org,9",
    "Erin,Absent,1005,X,erin@example.org,8",
)
BY_NUMBER = {str(number): f"user{number}" for number in range(1001, 1006)}
BY_EMAIL = {
    "alice@example.org": "alice", "zoe@elsewhere.example": "bob", "CAROL@example.org": "carol",
    "dave@example.org": "dave", "erin@example.org": "erin",
}  # fmt: skip


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return exported(tmp_path / "export.csv", HEADER, *ROWS)


def test_whom_it_exported_it_knows(tmp_path: Path, export: Path) -> None:
    """By either column; who has no grade has no row, so keeps the one that is there."""
    done = moodle.write(book(into=export, assignment="Knots"), tmp_path / "grades.csv")
    assert list(table(tmp_path / "grades.csv")[0]) == [
        "Email address",
        "ID number",
        "Username",
        "Knots",
        "Knots feedback",
    ]
    by_number = Moodle(BY_NUMBER).take(tmp_path / "grades.csv", "ID number")
    assert by_number == {
        "user1001": ("16", "nothing, all is achieved."),
        "user1002": ("12", "Your image carries your name (1.1.3)."),
        "user1003": ("0", "Your mascot's resources are complete (1.1.2)."),
    }
    by_email = Moodle(BY_EMAIL).take(tmp_path / "grades.csv", "Email address")
    assert [by_email[who][0] for who in ("alice", "bob", "carol")] == ["16", "12", "0"]
    assert not {"dave", "erin"} & {*by_email}
    assert (done.grades, done.left_out, done.notes) == (3, [], [])


def test_who_is_not_in_the_export_is_not_in_the_import(tmp_path: Path) -> None:
    """One unknown user would end it for all."""
    export = exported(tmp_path / "export.csv", HEADER, *ROWS[1:], ROWS[1])
    done = moodle.write(book(into=export), tmp_path / "grades.csv")
    assert {one.member.id: one.why for one in done.left_out} == {
        "alice": "no row is theirs by Email address, Username, ID number, name",
        "bob": "2 rows have this name",
    }
    assert set(Moodle(BY_EMAIL).take(tmp_path / "grades.csv", "Email address")) == {"carol"}


def test_a_blank_gives_nobody_anothers_grade(tmp_path: Path) -> None:
    """Moodle would give it to the row above; so the column is left empty for all, and Moodle refuses it."""
    rows = (ROWS[0], ROWS[1].replace("1002", ""), ROWS[2])
    export = exported(tmp_path / "export.csv", HEADER, *rows)
    done = moodle.write(book(into=export), tmp_path / "grades.csv")
    assert done.notes == ["ID number is left empty, as some have none: choose another in Moodle"]
    with pytest.raises(Refused):
        Moodle(BY_NUMBER).take(tmp_path / "grades.csv", "ID number")
    assert len(Moodle(BY_EMAIL).take(tmp_path / "grades.csv", "Email address")) == 3


def test_who_lacks_what_most_have_is_left_out(tmp_path: Path) -> None:
    """Where no column is whole, the fullest one decides."""
    export = exported(
        tmp_path / "export.csv", "First name,Surname,Email address",
        "Alice,Martin,", "Zoë,O'Neil,zoe@elsewhere.example", "عمر,الخيام,CAROL@example.org",
    )  # fmt: skip
    done = moodle.write(book(into=export), tmp_path / "grades.csv")
    assert [(one.member.id, one.why) for one in done.left_out] == [
        ("alice", "has no Email address there, as the others have")
    ]
    taken = Moodle(BY_EMAIL).take(tmp_path / "grades.csv", "Email address")
    assert {who: grade for who, (grade, _) in taken.items()} == {"bob": "12", "carol": "0"}


def test_without_an_export_the_roster_says_who(tmp_path: Path) -> None:
    done = moodle.write(book(), tmp_path / "grades.csv")
    rows = table(tmp_path / "grades.csv")
    assert [row["Email address"] for row in rows] == [
        f"{one}@example.org" for one in ("alice", "bob", "carol")
    ]
    assert (
        [row["Username"] for row in rows] == [row["ID number"] for row in rows] == ["alice", "bob", "carol"]
    )
    assert done.grades == 3

    done = moodle.write(book(a_class(member("finn", email=""))), tmp_path / "grades.csv")
    assert {row["Email address"] for row in table(tmp_path / "grades.csv")} == {""}
    assert done.notes == ["Email address is left empty, as some have none: choose another in Moodle"]


@pytest.mark.parametrize("points", [100.5, 1000])
def test_more_than_moodle_takes_is_refused(tmp_path: Path, points: float) -> None:
    """One grade above 100 would end the import for all."""
    with pytest.raises(UsageError, match="above 100"):
        moodle.write(book(points=points), tmp_path / "grades.csv")
    moodle.write(book(points=100), tmp_path / "grades.csv")
    assert Moodle({one: one for one in ("alice", "bob", "carol")}).take(tmp_path / "grades.csv", "Username")


def test_an_export_of_strangers_is_refused(tmp_path: Path) -> None:
    export = exported(tmp_path / "export.csv", "Prénom,Nom,Adresse de courriel", "Alice,Martin,a@b.example")
    with pytest.raises(UsageError, match="none of the columns Email address, ID number, Username"):
        moodle.write(book(into=export), tmp_path / "grades.csv")


def test_who_would_be_computed_is_left_out(tmp_path: Path) -> None:
    """An apostrophe before an address makes it unknown, and that ends the import for all."""
    export = exported(tmp_path / "export.csv", HEADER, ROWS[0].replace("1001", "=1001"), ROWS[1])
    done = moodle.write(book(a_class()[:2], into=export), tmp_path / "grades.csv")
    assert [one.member.id for one in done.left_out] == ["alice"]
    assert len(table(tmp_path / "grades.csv")) == 1


@pytest.mark.parametrize("text", sample.HOSTILE)
def test_hostile_text_is_one_harmless_cell(tmp_path: Path, text: str) -> None:
    """A name that nobody else has is not needed: the address says who it is."""
    export = exported(tmp_path / "export.csv", HEADER, "x,y,1,X,mallory@example.org,")
    cards = a_class(member("mallory", name=text))
    moodle.write(book(cards, into=export, assignment=text), tmp_path / "grades.csv")
    assert Moodle({"1": "mallory"}).take(tmp_path / "grades.csv", "ID number")["mallory"][0] == "16"
    raw = (tmp_path / "grades.csv").read_text("utf-8")
    assert raw.count("\n") == 2
    assert ",=HYPERLINK" not in raw.replace('"', "")

"""Canvas: its own rows come back with one grade more, and nobody gets another's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.reports.gradebook import canvas
from tests.reports import sample
from tests.reports.gradebook.classes import a_class, book, exported, member, table
from tests.reports.gradebook.importers import Canvas, Person

HEADER = "Student,ID,SIS User ID,SIS Login ID,Section,Essay (12),Knots (4711),Current Score,Final Score"
POINTS = "    Points Possible,,,,,10,16,(read only),(read only)"
PEOPLE = (
    Person(901, "Alice Martin", "alice@example.org", "s1"),
    Person(902, "Zoë O'Neil", "bob", "s2"),
    Person(903, "عمر الخيام", "c@elsewhere.example", "s3", grade="7"),
    Person(904, "Dave Lost", "dave@example.org", "s4", grade="11"),
    Person(905, "Erin Absent", "erin@example.org", "s5", grade="3"),
)


def row(person: Person, name: str = "") -> str:
    last = name or f'"{person.name.split()[-1]}, {person.name.split()[0]}"'
    return f"{last},{person.id},{person.sis},{person.login},Group 1,5,{person.grade},90,90"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    muted = ",,,,,,Manual Posting,,"
    return exported(tmp_path / "export.csv", HEADER, muted, POINTS, *(row(one) for one in PEOPLE))


def test_its_rows_are_completed(tmp_path: Path, export: Path) -> None:
    """Found by login, by a login that is an id, by a name in Canvas's order; others keep what they have."""
    done = canvas.write(book(into=export, assignment="Knots"), tmp_path / "grades.csv")
    course = Canvas(PEOPLE)
    assert course.take(tmp_path / "grades.csv") == {
        "alice@example.org": "16",
        "bob": "12",
        "c@elsewhere.example": "0",
    }
    assert (course.unknown, course.points) == ([], "16")
    assert (done.grades, done.left_out, done.notes) == (3, [], [])


def test_other_columns_are_not_sent_back(tmp_path: Path, export: Path) -> None:
    """They may be older than what Canvas has by now."""
    canvas.write(book(into=export, assignment="Knots (4711)"), tmp_path / "grades.csv")
    text = (tmp_path / "grades.csv").read_text("utf-8")
    assert text.splitlines()[:2] == [
        "Student,ID,SIS User ID,SIS Login ID,Section,Knots (4711)",
        "Points Possible,,,,,16",
    ]
    assert "\ufeff" not in text


def test_the_columns_of_another_country_are_read(tmp_path: Path) -> None:
    """Semicolons, decimal commas, a byte order mark, commas in a title; more columns about people."""
    titles = "Essay, a, b, c, d, e, f, g (12);Knots (4711)"
    header = f"\ufeffStudent;ID;SIS User ID;SIS Login ID;Root Account;Section;{titles}"
    export = exported(
        tmp_path / "export.csv", header, "    Points Possible;;;;;;10,00;20,00",
        '"Martin, Alice";901;s1;alice@example.org;x;Group 1;5,5;',
    )  # fmt: skip
    done = canvas.write(book(a_class()[:1], into=export, assignment="Knots", points=19.5), tmp_path / "g.csv")
    (points, alice) = table(tmp_path / "g.csv")
    assert points["Knots (4711)"] == "20,00"
    assert (alice["ID"], alice["Root Account"], alice["Knots (4711)"]) == ("901", "x", "19.5")
    assert done.notes == [
        "the assignment has 20 points in Canvas, and these grades are out of 19.5: --points 20 scales them"
    ]


def test_who_is_not_found_or_found_twice_is_left_out(tmp_path: Path) -> None:
    """And told; a stranger's row stays out too."""
    rows = [row(PEOPLE[0]), row(PEOPLE[0]), row(Person(999, "Mallory Stranger", "m", "m"))]
    export = exported(tmp_path / "export.csv", HEADER, POINTS, *rows)
    done = canvas.write(book(into=export, assignment="Knots"), tmp_path / "grades.csv")
    assert {one.member.id: one.why for one in done.left_out} == {
        "alice": "2 rows have this SIS Login ID",
        "bob": "no row is theirs by SIS Login ID, SIS User ID, ID, name",
        "carol": "no row is theirs by SIS Login ID, SIS User ID, ID, name",
    }
    assert len(table(tmp_path / "grades.csv")) == 1, "only the points"


def test_who_is_excused_stays_excused(tmp_path: Path) -> None:
    one = Person(901, "Alice Martin", "alice@example.org", grade="ex")
    export = exported(tmp_path / "export.csv", HEADER, row(one), row(PEOPLE[1]))
    done = canvas.write(book(a_class()[:2], into=export, assignment="Knots"), tmp_path / "grades.csv")
    assert [row["ID"] for row in table(tmp_path / "grades.csv")] == ["902"]
    assert done.notes == ["rocket/alice is excused in Canvas, and left so"]


def test_a_borrowed_name_takes_nobodys_row(tmp_path: Path) -> None:
    """Mallory calls herself Alice Martin there: her row is hers by login, so no name makes it Alice's; and
    Erin, who has no grade yet, keeps the row that somebody of her name might take."""
    mallory = member("mallory", name="Erin Absent", email="")
    rows = [
        row(Person(905, "x", "erin@example.org"), '"Absent, Erin"'),
        row(Person(906, "x", "carol"), "Alice Martin"),
    ]
    export = exported(tmp_path / "export.csv", HEADER, *rows)
    done = canvas.write(book(a_class(mallory), into=export, assignment="Knots"), tmp_path / "grades.csv")
    assert {row["SIS Login ID"]: row["Knots (4711)"] for row in table(tmp_path / "grades.csv")} == {
        "carol": "0"
    }
    assert {one.member.id for one in done.left_out} == {"alice", "bob", "mallory"}


@pytest.mark.parametrize(
    ("header", "assignment", "said"),
    [
        (HEADER, "", "no columns are called 'Build, ship, run as a team'; the assignments: Essay"),
        (HEADER, "Nots", "no columns are called 'Nots'"),
        (HEADER.replace("Essay", "Knots"), "Knots", "2 columns are called 'Knots'"),
        ("First name,Email address,Knots (1)", "Knots", "not a gradebook of Canvas's"),
    ],
)
def test_the_assignment_has_to_be_clear(tmp_path: Path, header: str, assignment: str, said: str) -> None:
    export = exported(tmp_path / "export.csv", header, POINTS)
    with pytest.raises(UsageError, match=said):
        canvas.write(book(into=export, assignment=assignment), tmp_path / "grades.csv")
    assert not (tmp_path / "grades.csv").exists()


def test_a_column_that_takes_no_grades_is_refused(tmp_path: Path) -> None:
    export = exported(tmp_path / "export.csv", HEADER, POINTS.replace("16", "(read only)"), row(PEOPLE[0]))
    with pytest.raises(UsageError, match="read only"):
        canvas.write(book(into=export, assignment="Knots"), tmp_path / "grades.csv")


def test_without_an_export_the_roster_says_who(tmp_path: Path) -> None:
    """Nothing in `ID`: Canvas would read the id `42-nd` there as its own user 42."""
    numbered = member("42-nd", email="", name="Points Possible")
    done = canvas.write(book(a_class(numbered), assignment="Knots (4711)"), tmp_path / "grades.csv")
    rows = table(tmp_path / "grades.csv")
    assert list(rows[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Knots (4711)"]
    assert [row["SIS Login ID"] for row in rows[1:]] == [
        *(f"{one}@example.org" for one in ("alice", "bob", "carol")),
        "42-nd",
    ]
    stranger, hers = Person(42, "A Stranger", "x"), Person(7, "Points Possible", "42-nd")
    course = Canvas([*PEOPLE, stranger, hers])
    changes = course.take(tmp_path / "grades.csv")
    assert changes["42-nd"] == "16"
    assert "x" not in changes
    assert course.points == "16", "a name changed what the assignment is worth"
    assert done.notes == []


def test_a_number_in_the_labs_title_is_none_of_canvas(tmp_path: Path) -> None:
    lab = replace(sample.LAB, title="Knots (2)")
    with pytest.raises(UsageError, match="would take the number"):
        canvas.write(book([replace(card, lab=lab) for card in a_class()]), tmp_path / "grades.csv")


def test_two_people_with_one_address_are_left_out(tmp_path: Path) -> None:
    twin = member("twin", email="Alice@Example.org")
    done = canvas.write(book(a_class(twin), assignment="Knots (4711)"), tmp_path / "grades.csv")
    assert {one.member.id for one in done.left_out} == {"alice", "twin"}
    assert len(table(tmp_path / "grades.csv")) == 3


@pytest.mark.parametrize("text", sample.HOSTILE)
def test_hostile_names_come_back_harmless(tmp_path: Path, text: str) -> None:
    """The grade still reaches who is meant, by `ID`."""
    quoted = '"' + text.replace('"', '""').replace("\ud800", "") + '"'
    one = Person(901, text, "mallory@example.org", "s1")
    export = exported(tmp_path / "export.csv", HEADER, row(one, quoted))
    cards = a_class(member("mallory", name=text))
    canvas.write(book(cards, into=export, assignment="Knots"), tmp_path / "grades.csv")
    assert Canvas([one]).take(tmp_path / "grades.csv") == {"mallory@example.org": "16"}
    assert not table(tmp_path / "grades.csv")[0]["Student"].startswith("=")

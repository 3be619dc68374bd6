"""A roster that is a CSV, or names one: read as it is, with nothing left to chance."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.roster import load_roster
from tests.labs import LAB, write_lab
from tests.people import lists
from tests.people.lists import refused, write

GERMAN = "Wer;Kürzel;Projekt;Seil;Löst\nAlice;al;Rocket;red;blue\nZoë;zo;Rocket;blue;red\n"
ROSTER = """
lab = "knots"
people = "people.csv"

[columns]
name = "Wer"
id = "Kürzel"
team = "Projekt"
rope = "Seil"
unties = "Löst"

[course]
project = "harbour"
registry = "eu.gcr.io/{project}"
"""


def test_a_csv_is_a_roster(tmp_path: Path) -> None:
    """Where the lab is said and everybody's team and choices are in it."""
    lab = write_lab(tmp_path, {})
    found, roster = load_roster(write(tmp_path, lists.PLAIN), "knots")
    assert found.folder == str(lab)
    (team,) = roster.teams
    alice, zoe = team.members
    assert (team.id, alice.id, alice.email) == ("rocket", "alice", "alice.martin@example.org")
    assert (zoe.name, zoe.choices) == ("Zoë O'Neil", {"rope": "blue", "unties": "red"})
    assert alice.targets == {"codespace": "gh://fuzzy-space", "laptop": "local://"}


def test_a_roster_may_name_a_csv_and_its_columns(tmp_path: Path) -> None:
    """The course is the roster's, the people are the list's as it is at that moment."""
    write_lab(tmp_path, {})
    write(tmp_path, GERMAN)
    file = tmp_path / "teams.toml"
    file.write_text(ROSTER)
    _, roster = load_roster(file)
    assert roster.course.registry == "eu.gcr.io/harbour"
    assert [(team.id, member.id, member.choices["unties"]) for team, member in roster.everyone] == [
        ("rocket", "al", "blue"),
        ("rocket", "zo", "red"),
    ]
    write(tmp_path, GERMAN.replace("Rocket", "Comet"))
    assert load_roster(file)[1].teams[0].id == "comet"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (";Rocket;red", ";;red", "people.csv: line 2, column Projekt: found nothing, expected who is in"),
        (";red;blue", ";;blue", "people.csv: line 2, column Seil: found nothing, expected everybody's rope"),
        (";red;blue", ";red;rde", "people.csv: line 2, column Löst: found 'rde', expected one of red, blue"),
        (";red;blue", ";red;red", "people.csv: line 2: member 'al': unties = 'red', but no teammate"),
        (";Seil", ";Tau", "people.csv: rope: there is no column 'Seil'; found Wer, Kürzel, Projekt, Tau"),
        ("Rocket;blue", "Comet;blue", "people.csv: line 2: member 'al': unties = 'blue', but no teammate"),
    ],
)  # fmt: skip
def test_what_the_list_leaves_open_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Nothing is drawn here: one more line would change it for the others."""
    write_lab(tmp_path, {})
    assert old in GERMAN
    write(tmp_path, GERMAN.replace(old, new, 1))
    (tmp_path / "teams.toml").write_text(ROSTER)
    assert said in refused(lambda: load_roster(tmp_path / "teams.toml"))


def test_a_list_without_teams_is_told_how_to_form_them(tmp_path: Path) -> None:
    write_lab(tmp_path, {})
    file = write(tmp_path, lists.CANVAS, "canvas.csv")
    assert "canvas.csv: no column says who is in which team" in refused(lambda: load_roster(file, "knots"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('people = "people.csv"', "", "found neither [[team]] nor people"),
        ('[course]', '[[team]]\nid = "a"\nmember = []\n[course]', "found both [[team]] and people"),
        ('people = "people.csv"', 'people = "none.csv"', "none.csv: there is no such file"),
        ('people = "people.csv"', "people = 7", "people: expected str, found 7"),
        ('name = "Wer"', 'nmae = "Wer"', "columns: there is no field 'nmae'"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_roster_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    write_lab(tmp_path, {})
    write(tmp_path, GERMAN)
    (tmp_path / "teams.toml").write_text(ROSTER.replace(old, new, 1))
    assert said in refused(lambda: load_roster(tmp_path / "teams.toml"))


def test_columns_are_of_a_list(tmp_path: Path) -> None:
    write_lab(tmp_path, {})
    file = tmp_path / "teams.toml"
    file.write_text(ROSTER.replace('people = "people.csv"', "") + '[[team]]\nid = "a"\nmember = []\n')
    assert "columns: found without people" in refused(lambda: load_roster(file))


def test_a_csv_alone_does_not_do_where_more_has_to_be_known(tmp_path: Path) -> None:
    """Which lab it is for; and of a lab that asks for a course, where that is: else everybody would fail."""
    write_lab(tmp_path, {}, toml=LAB.replace("[[step]]", '[needs]\ncourse = ["project"]\n[[step]]', 1))
    file = write(tmp_path, lists.PLAIN)
    assert "a CSV does not say which lab" in refused(lambda: load_roster(file))
    said = refused(lambda: load_roster(file, "knots"))
    assert "people.csv: a CSV does not say where the course's cloud is" in said
    (tmp_path / "teams.toml").write_text('lab = "knots"\npeople = "people.csv"\n[course]\nproject = "p"\n')
    assert load_roster(tmp_path / "teams.toml")[1].course.project == "p"


def test_a_workbook_as_a_roster_is_said_to_be_one(tmp_path: Path) -> None:
    write_lab(tmp_path, {})
    file = write(tmp_path, b"PK\x03\x04 xl/workbook.xml", "people.xlsx")
    assert "this is an Excel workbook, no CSV" in refused(lambda: load_roster(file, "knots"))

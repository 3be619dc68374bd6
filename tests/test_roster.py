"""Rosters: who is graded, and every way to get one wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.roster import find_roster, load_roster
from tests.labs import ROSTER, write_lab, write_roster


def test_a_roster_is_read(tmp_path: Path) -> None:
    """Teams, members, their choices, and the course with its project filled in."""
    lab, roster = load_roster(write_roster(tmp_path, write_lab(tmp_path, {})))
    assert lab.id == "knots"
    assert roster.course.registry == "eu.gcr.io/harbour"
    team, bob = roster.find("bob")
    assert (team.id, bob.name, bob.choices) == ("sailors", "Zoë O'Neil", {"rope": "blue", "unties": "red"})
    assert [mate.id for mate in team.teammates(bob)] == ["alice"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('lab = "{lab}"', 'lab = "bee"', "lab: there is no lab 'bee'"),
        ('rope = "red"', 'rope = "rde"', "team[0].member[0].rope: found 'rde', expected one of red, blue"),
        ('rope = "red"\n', "", "team[0].member[0].rope: missing, expected one of red, blue"),
        ('unties = "blue"', 'unties = "red"', "member 'alice': unties = 'red', but no teammate in 'sailors'"),
        ('id = "bob"', 'id = "alice"', "the member id 'alice' is given twice"),
        ('id = "bob"', 'id = "o\'neil"', 'team[0].member[1].id: found "o\'neil", expected a short name'),
        ('id = "bob"', 'id = "../bob"', "team[0].member[1].id: found '../bob', expected a short name"),
        ('id = "bob"', 'id = "bob\\n"', "team[0].member[1].id: found 'bob\\n', expected a short name"),
        ('id = "sailors"', 'id = "Sailors"', "team[0].id: found 'Sailors', expected a short name"),
        ('id = "bob"', 'id = "bob"\nage = 7', "team[0].member[1]: object contains unknown field age"),
        ("[course]", "[course]\nregion = 7", "course: object contains unknown field region"),
        ('name = "Alice Martin"', 'name = "a\\u001b[31m"', "name: expected one line of 1 to 300 printable"),
        ('name = "Alice Martin"', 'name = ""', "name: expected one line of 1 to 300 printable"),
        ('lab = "{lab}"', 'lab = "{lab}"\nme = "carol"', "me: found 'carol', expected the id of a member"),
    ],
)
def test_a_mistake_in_the_roster_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """One sentence with the file, the key, what was found and what was expected."""
    text = ROSTER.replace(old, new)
    assert text != ROSTER
    file = write_roster(tmp_path, write_lab(tmp_path, {}), text)
    with pytest.raises(UsageError) as caught:
        load_roster(file)
    assert said in caught.value.message
    assert str(file) in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize("email", ["zoe.o'neil+be@students.example.org", "a@b.cd"])
def test_a_member_may_have_an_address(tmp_path: Path, email: str) -> None:
    """The cloud's name for a person; who gives none has an empty one."""
    text = ROSTER.replace('id = "bob"', f'id = "bob"\nemail = "{email}"')
    _, roster = load_roster(write_roster(tmp_path, write_lab(tmp_path, {}), text))
    assert [member.email for _, member in roster.everyone] == ["", email]


@pytest.mark.parametrize(
    "email",
    [
        "bob",
        "@b.c",
        "a@b",
        "a@b.c, d@e.f",
        "Bob <a@b.c>",
        "user:a@b.c",
        "-o@b.c",
        "a@b.c\\n",
        "a@" + "b" * 251 + ".c",
    ],
    ids=["word", "nobody", "host", "two", "named", "prefix", "option", "line", "long"],
)
def test_an_address_is_one_and_plain(tmp_path: Path, email: str) -> None:
    text = ROSTER.replace('id = "bob"', f'id = "bob"\nemail = "{email}"')
    file = write_roster(tmp_path, write_lab(tmp_path, {}), text)
    with pytest.raises(UsageError, match=r"team\[0\]\.member\[1\]\.email: found .*, expected one address"):
        load_roster(file)


@pytest.mark.parametrize(
    "name", ["عمر الخيام", "Zoë O'Neil", "x" * 300, '<script>alert("x")</script>', "陈美"]
)
def test_a_name_is_any_text(tmp_path: Path, name: str) -> None:
    """Only ids are slugs; names are people's."""
    text = ROSTER.replace('"Alice Martin"', "'''" + name + "'''")
    _, roster = load_roster(write_roster(tmp_path, write_lab(tmp_path, {}), text))
    assert roster.find("alice")[1].name == name


def test_a_student_s_file_comes_before_the_instructor_s(tmp_path: Path) -> None:
    write_roster(tmp_path, tmp_path)
    assert find_roster(tmp_path).name == "teams.toml"
    (tmp_path / "cloudlab.toml").touch()
    assert find_roster(tmp_path).name == "cloudlab.toml"


def test_no_roster_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"expected cloudlab\.toml or teams\.toml"):
        find_roster(tmp_path)


def test_the_gate_s_settings_may_stand_beside(tmp_path: Path) -> None:
    text = ROSTER + '\n[material]\ndocs = "pages"\n'
    assert load_roster(write_roster(tmp_path, write_lab(tmp_path, {}), text))

"""Short names: of the person's own data, each its own, and nobody else's business."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_cloudlab.files import SLUG
from pytest_cloudlab.lab import load_lab
from pytest_cloudlab.people.identity import ids, team_ids
from pytest_cloudlab.people.person import read_people
from tests.labs import write_lab
from tests.people.lists import refused, write


def short(folder: Path, *lines: str, taken: tuple[str, ...] = ()) -> dict[str, str]:
    """Line of the list -> id."""
    lab = load_lab(folder / "knots" if (folder / "knots").exists() else write_lab(folder, {}))
    people = read_people(write(folder, "\n".join(lines) + "\n"), {}, lab)
    return {lines[person.row.line - 1]: one for person, one in ids(people, people.everyone, taken).items()}


@pytest.mark.parametrize(
    ("heading", "line", "wanted"),
    [
        ("id,name", "alice-7,Alice Martin", "alice-7"),
        ("id,name", "4711,Alice Martin", "4711"),
        ("id,name", "Alice M.,Alice Martin", "alice-m"),
        ("name,username", "Alice Martin,AMartin@uni.example", "amartin"),
        ("name,username", "Alice Martin,21901234", "alice-martin"),
        ("name,email", "Alice Martin,a.martin+lab@uni.example", "a-martin-lab"),
        ("name,ID number", "Zoë O’Neil,s17", "zoe-o-neil"),
        ("name,ID number", "عمر الخيام,s17", "s17"),
        ("name,ID number", "عمر الخيام,17", "17"),
        ("name", "Søren Æbeltoft-Straße", "soren-aebeltoft-strasse"),
        ("name", "A Very Long Name With Many Parts", "a-very-long-name-with-ma"),
    ],
)  # fmt: skip
def test_an_id_is_made_of_what_the_lms_calls_somebody(
    tmp_path: Path, heading: str, line: str, wanted: str
) -> None:
    """Its own id, else login, address, name, number; rather one that begins with a letter."""
    assert short(tmp_path, heading, line) == {line: wanted}


def test_a_name_that_ascii_cannot_say_gives_an_id_too(tmp_path: Path) -> None:
    found = short(tmp_path, "name", "陈美", "عمر الخيام")
    assert all(re.fullmatch(r"member-\d{3}", one) for one in found.values())
    assert len(set(found.values())) == 2


def test_who_would_be_called_the_same_gets_digits_of_their_own(tmp_path: Path) -> None:
    """Both of them, so that neither becomes the other when lines are moved, added or taken out."""
    one, two, three = "Jean Dupont,s1", "Jean Dupont,s2", "Jeán Dupont,s3"
    first = short(tmp_path, "name,ID number", one, two)
    assert all(re.fullmatch(r"jean-dupont-\d{3}", each) for each in first.values())
    later = short(tmp_path, "name,ID number", three, "Alice Martin,s4", two, one)
    assert (later[one], later[two]) == (first[one], first[two])
    assert len(set(later.values())) == 4


def test_an_id_that_is_taken_stays_whose_it_is(tmp_path: Path) -> None:
    (found,) = short(tmp_path, "name", "Alice Martin", taken=("alice-martin",)).values()
    assert re.fullmatch(r"alice-martin-\d{3}", found)


def test_two_whom_nothing_tells_apart_are_refused(tmp_path: Path) -> None:
    said = refused(lambda: short(tmp_path, "name,team", "Jean Dupont,a", "Jean Dupont,b"))
    assert "lines 2 and 3: found 'Jean Dupont' twice" in said


def test_thousands_of_one_name_all_have_an_id(tmp_path: Path) -> None:
    """Three digits are not enough for them: then there are more."""
    found = short(tmp_path, "name,ID number", *(f"Jean Dupont,s{at}" for at in range(2_000)))
    assert len(set(found.values())) == 2_000
    assert all(SLUG.fullmatch(one) and len(one) <= 24 for one in found.values())


def test_teams_are_called_by_the_same_rule() -> None:
    """Accents do not make two teams one."""
    found = team_ids(["les fusées", "equipe a", "équipe a", "فريق"])
    assert found["les fusées"] == "les-fusees"
    assert len(set(found.values())) == 4
    assert all(SLUG.fullmatch(one) for one in found.values())

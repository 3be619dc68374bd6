"""Who is in a list: recognised by its headings, and checked where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Lab
from pytest_cloudlab.people.person import People, read_people
from tests.labs import LAB, write_lab
from tests.people import lists
from tests.people.lists import refused, write


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return load_lab(write_lab(tmp_path, {}))


def read(folder: Path, text: str, lab: Lab, **said: str) -> People:
    return read_people(write(folder, text), said, lab)


@pytest.mark.parametrize(
    ("text", "emails", "labels", "team"),
    [
        (lists.CANVAS, True, {"username": "alice.martin@example.org", "number": "s1"}, ""),
        (lists.CANVAS_FIRST_LAST, False, {"username": "amartin", "number": "1007"}, ""),
        (lists.CANVAS_GROUPS, False, {"username": "amartin", "number": "s1"}, "Les Fusées"),
        (lists.MOODLE, True, {"number": "s1"}, "Rocket"),
        (lists.MOODLE_FRENCH, True, {"number": "s1"}, "Rocket"),
        (lists.MOODLE_GERMAN, True, {"username": "amartin", "number": "s1"}, "Rocket"),
        (lists.PLAIN, True, {"id": "alice"}, "Rocket"),
        ("NAME\nAlice Martin\nZoë O'Neil\n", False, {}, ""),
        ("Nom,Prénom\nMartin,Alice\nO'Neil,Zoë\n", False, {}, ""),
        ("First name,Name\nAlice,Martin\nZoë,O'Neil\n", False, {}, ""),
    ],
    ids=["canvas", "canvas first last", "canvas groups", "moodle", "moodle fr", "moodle de", "plain", "names",
         "nom", "first and name"],
)  # fmt: skip
def test_lists_are_recognised_by_their_headings(
    tmp_path: Path, lab: Lab, text: str, emails: bool, labels: dict[str, str], team: str
) -> None:
    """Names as people write them; nobody's rows are nobody; Canvas's logins serve as addresses."""
    alice, zoe = read(tmp_path, text, lab).everyone
    assert (alice.name, zoe.name) == ("Alice Martin", "Zoë O'Neil")
    assert alice.email == ("alice.martin@example.org" if emails else "")
    assert (dict(alice.labels), alice.team) == (labels, team)


def test_a_plain_list_says_all_that_a_roster_does(tmp_path: Path, lab: Lab) -> None:
    """Choices in any case; where somebody works; and what is empty is not said."""
    alice, zoe = read(tmp_path, lists.PLAIN, lab).everyone
    assert alice.choices == {"rope": "red", "unties": "blue"}
    assert zoe.choices == {"rope": "blue", "unties": "red"}
    assert (alice.targets, zoe.targets) == ({"codespace": "gh://fuzzy-space", "laptop": "local://"}, {})


def test_a_column_may_be_said_by_name(tmp_path: Path, lab: Lab) -> None:
    """In any case; one that is said to be none is none; one that is not said is told by its heading."""
    text = "Wer,E-Mail,Projekt,Team,Seil\nAlice Martin,a@example.org,Rocket,Red Bull,red\n"
    (alice,) = read(tmp_path, text, lab, name="Wer", team="projekt", rope="Seil").everyone
    assert (alice.team, alice.email, alice.choices) == ("Rocket", "a@example.org", {"rope": "red"})
    assert read(tmp_path, text, lab, name="Wer", team="").everyone[0].team == ""


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"naem": "Wer"}, "columns: there is no field 'naem'"),
        ({"name": "Wen"}, "name: there is no column 'Wen'; found Wer, Team, Team"),
        ({"name": "Team"}, "the column 'Team' is there twice"),
        ({"name": "Wer"}, "the column 'Team' is there twice"),
        ({}, "no column is known to have people's names; found Wer, Team, Team"),
    ],
)
def test_a_column_that_is_not_clear_is_said(
    tmp_path: Path, lab: Lab, said: dict[str, str], message: str
) -> None:
    """Two columns of one heading count as two where both have something in them."""
    text = f"Wer,Team,Team\nAlice,a,{'b' if said else ''}\n"
    assert message in refused(lambda: read(tmp_path, text, lab, **said))


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ('"=HYPERLINK(""http://x"")"', '=HYPERLINK("http://x")'),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\x1b[31mAlice\x1b[0m\x07", "Alice"),
        ("عمر الخيام", "عمر الخيام"),
        ("x" * 300, "x" * 300),
        ('" Alice\n\u00a0Martin "', "Alice Martin"),
        ("Alice\u202egro.live\u202c", "Alicegro.live"),
        ("陈美", "陈美"),
    ],
    ids=["formula", "script", "ansi", "arabic", "long", "line break", "bidi", "chinese"],
)
def test_a_name_is_any_text_that_can_be_seen(tmp_path: Path, lab: Lab, cell: str, name: str) -> None:
    (one,) = read(tmp_path, f"name\n{cell}\n", lab).everyone
    assert one.name == name


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ('"King, Martin Luther, Jr."', "Martin Luther King, Jr."),
        ("Cher", "Cher"),
        ('"=""=1+1"""', "=1+1"),
    ],
)
def test_canvas_names_are_turned_around(tmp_path: Path, lab: Lab, cell: str, name: str) -> None:
    (one,) = read(tmp_path, f"Student,ID,SIS Login ID\n{cell},1,one\n", lab).everyone
    assert one.name == name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,email\nA,a@b.cd\n,c@d.ef\n", "line 3, column name: found nothing, expected a name of 1 to"),
        ("name,x\nA,\n\x1b[0m,y\n", "line 3, column name: found nothing"),
        (f"name\n{'x' * 301}\n", "line 2, column name: found 301 characters"),
        ("name,Mail\nA,Ann <a@b.cd>\n", "line 2, column Mail: found 'Ann <a@b.cd>', expected one address"),
        ("name,rope\nA,rde\n", "line 2, column rope: found 'rde', expected one of red, blue"),
        ("name,Codespace\nA,fuzzy\n", "line 2, column Codespace: found 'fuzzy', expected an address such as gh://"),
        ('name,Groups\nA,"TD1, Rocket"\n', "line 2, column Groups: found 'TD1, Rocket', expected one group"),
        ("name,email\nA,a@b.cd\nB,A@B.CD\n", "line 3, column email: found 'A@B.CD', which is in line 2 too"),
        ("name,username\nA,a\nB,a\n", "line 3, column username: found 'a', which is in line 2 too"),
        ("name,team\n", "found headings and no people"),
        ("Student,ID,SIS Login ID\n    Points Possible,,\n", "found headings and no people"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_line_and_column(tmp_path: Path, lab: Lab, text: str, message: str) -> None:
    said = refused(lambda: read(tmp_path, text, lab))
    assert message in said
    assert str(tmp_path / "people.csv") in said


def test_a_cell_in_an_error_cannot_steer_a_terminal(tmp_path: Path, lab: Lab) -> None:
    said = refused(lambda: read(tmp_path, "name,rope\nA,\x1b[31mred\u202e\n", lab))
    assert "found '\\x1b[31mred\\u202e'" in said


def test_a_parameter_of_the_member_s_own_is_read_as_the_lab_declares_it(tmp_path: Path) -> None:
    be = load_lab(find_lab("be"))
    one, other = read(tmp_path, "name,tunnel\nA,9081\nB,\n", be).everyone
    assert (one.own, other.own) == ({"tunnel": 9081}, {})
    said = refused(lambda: read(tmp_path, "name,tunnel\nA,soon\n", be))
    assert "line 2, column tunnel: found 'soon', expected a value such as 8081" in said


def test_a_choice_is_a_choice_though_a_field_is_called_so(tmp_path: Path) -> None:
    lab = load_lab(write_lab(tmp_path, {}, toml=LAB.replace("rope", "group")))
    (one,) = read(tmp_path, "name,Group\nA,red\n", lab).everyone
    assert (one.choices, one.team) == ({"group": "red"}, "")

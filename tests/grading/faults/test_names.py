"""Names and messages that want to be formulas, scripts, colours; and those that are merely long or Arabic."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from .classroom import Classroom, classroom

pytestmark = pytest.mark.xdist_group("faults of names")
NAMES = {
    "formula": '=HYPERLINK("http://evil.example","click")',
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "long": "x" * 300,
    "arabic": "عمر الخيام",
}
CHECKS = '''
def test_taken(assignment, measure):
    """You took a rope."""
    name = assignment.member.name
    measure(name=name)
    assert assignment.member.id == "arabic", name + "\\x1b[2J\\x1b]0;owned\\x07 is no rope"
'''


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Classroom, str]:
    """The class with all its reports written, and what was printed."""
    room = classroom(tmp_path_factory.mktemp("names"), CHECKS, NAMES.keys(), names=NAMES)
    wanted = ("--report", "report", "--json", "all.json", "--junit", "all.xml")
    status, out, said = room.run(*wanted)
    assert status == 0, said
    status, _, more = room.run("--format", "csv", "--out", "grades.csv", command="gradebook")
    assert status == 0, more
    return room, out + said + more


def test_everybody_is_judged_under_the_own_name(graded: tuple[Classroom, str]) -> None:
    """And what is said of the failure is one sentence, without what steers a terminal."""
    room, printed = graded
    found = room.found()
    assert str(found["arabic"]["taken"][0]) == "passed"
    for member in ("formula", "script", "long"):
        verdict, message = found[member]["taken"]
        assert (str(verdict), message) == ("failed", f"{NAMES[member]} is no rope")
    assert "\x1b" not in printed
    assert "\x07" not in printed


def test_the_page_shows_names_and_runs_none(graded: tuple[Classroom, str]) -> None:
    room, _ = graded
    page = BeautifulSoup((room.folder / "report" / "index.html").read_text(), "html.parser")
    for name in NAMES.values():
        assert name in page.get_text()
    assert not [one for one in page.find_all("script") if "alert" in one.get_text()]
    assert not [one for one in page.find_all(True) if any(key.startswith("on") for key in one.attrs)]
    assert not page.find_all(href=lambda link: link and "evil" in link)


def test_a_spreadsheet_is_given_no_formula(graded: tuple[Classroom, str]) -> None:
    room, _ = graded
    with (room.folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [len(row) for row in rows] == [len(rows[0])] * 5
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    names = [cell.removeprefix("'") for row in rows for cell in row]
    assert set(NAMES.values()) <= set(names)


def test_json_and_junit_carry_the_names_as_they_are(graded: tuple[Classroom, str]) -> None:
    room, _ = graded
    assert set(NAMES.values()) <= set(texts(json.loads((room.folder / "all.json").read_text())))
    tree = ElementTree.parse(room.folder / "all.xml")  # noqa: S314 - our own
    assert len(list(tree.iter("testcase"))) == 4
    assert not list(tree.iter("script"))


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    "name",
    ["\\u001b[31mred", "x" * 301, "a\\nb", "\\u202egnp.exe"],
    ids=["red", "long", "two lines", "backwards"],
)
def test_a_name_that_steers_or_floods_a_terminal_is_refused_in_one_sentence(
    tmp_path: Path, name: str
) -> None:
    """Before anybody is judged, and without showing it as it is."""
    room = classroom(tmp_path, CHECKS, {"alice": {}})
    room.roster.write_text(room.roster.read_text().replace("'Alice'", f'"{name}"'))
    status, _, said = room.run()
    assert status == 2
    first, *_ = said.splitlines()
    assert f"{room.roster}: team[0].member[0].name: expected one line of 1 to 300 printable" in first
    assert "\x1b" not in said
    assert not (room.data / "journal.sqlite").exists()

"""`cloudlab teams`: what it shows and writes; and that a list can be graded from."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from pytest_cloudlab.cli.teams import teams as command
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.roster import load_roster
from tests.docs.markdown import page
from tests.labs import write_lab
from tests.people.lists import PLAIN, write

INSTRUCTOR = page("docs/instructor.md")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def teams(*args: str) -> str:
    done = CliRunner().invoke(command, args, standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.stdout


def people(*names: str) -> str:
    return "name,email\n" + "".join(f"{name},{name.lower()}@example.org\n" for name in names)


def test_the_page_shows_what_happens(folder: Path) -> None:
    """Its list and its command line make the teams that it shows, in 80 columns."""
    section = INSTRUCTOR.source.partition("## Who is in the class")[2].partition("\n## ")[0]
    shown = [block for block in INSTRUCTOR.blocks if block.text in section]
    (listed,) = (block for block in shown if block.file == "canvas.csv")
    line = next(block.text for block in shown if block.language == "shell")
    (output,) = (block.text for block in shown if block.text.startswith("rocket\n"))
    write(folder, listed.text, "canvas.csv")
    args = line.split()[2:]
    assert teams(*args).startswith(output.partition("teams.toml is")[0])
    assert list(folder.iterdir()) == [folder / "canvas.csv"], "nothing is written"
    assert teams(*args, "--out", "teams.toml") == output
    lab, roster = load_roster(folder / "teams.toml")
    assert (lab.id, [team.id for team in roster.teams]) == ("be", ["rocket", "comet"])
    # The roster of the page that names its list.
    (named,) = (block.text for block in shown if block.language == "toml")
    write(folder, "Vorname,Nachname,Projet,Animal,Image de\nA,B,x,cat,dog\nC,D,x,dog,cat\n", "moodle.csv")
    write(folder, named, "named.toml")
    _, roster = load_roster(folder / "named.toml")
    assert [(one.name, one.choices["runs"]) for _, one in roster.everyone] == [("A B", "dog"), ("C D", "cat")]


def test_what_is_written_says_what_is_to_be_filled_in(folder: Path) -> None:
    """The course, where the lab asks for one; and who formed the teams of what."""
    write(folder, people("Ann", "Bob"))
    said = teams("people.csv", "--lab", "be-codespace", "--size", "2", "--seed", "7", "--out", "teams.toml")
    assert "Fill in its [course]: project, registry, bucket.\n" in said
    text = (folder / "teams.toml").read_text()
    assert text.startswith("# Formed by cloudlab teams from people.csv, seed 7.")
    assert tomllib.loads(text)["course"] == {"project": "", "registry": "", "bucket": ""}
    said = teams("people.csv", "--lab", "codespaces", "--size", "1", "--out", "alone.toml")
    assert "[course]" not in said + (folder / "alone.toml").read_text()


def test_a_late_student_joins_the_roster_that_is_kept(folder: Path) -> None:
    """Its course and its changes of the lab go with it; the seed's place is taken by what is written."""
    write(folder, people("Ann", "Bob", "Cid", "Dee"))
    teams("people.csv", "--lab", "be", "--size", "2", "--out", "teams.toml")
    changed = '[parameters.names]\nimage = "{registry}/x:{team}"\n\n[[team]]'
    text = (folder / "teams.toml").read_text().replace('project = ""', 'project = "p"')
    (folder / "teams.toml").write_text(text.replace("[[team]]", changed, 1))
    write(folder, people("Aaron", "Ann", "Cid", "Dee", "Zoe"))
    said = teams("people.csv", "--keep", "teams.toml", "--out", "teams-2.toml")
    assert said.count("; new\n") == 2
    assert "Not in it any more: Bob (bob, team-0" in said
    assert "Fill in its [course]: registry, bucket, zones, ssh_user, ssh_key.\n" in said
    (lab, before), (_, after) = load_roster(folder / "teams.toml"), load_roster(folder / "teams-2.toml")
    assert (after.course.project, lab.parameters.names.image) == ("p", "{registry}/x:{team}")
    for who in ("ann", "cid", "dee"):
        (old_team, old), (new_team, new) = before.find(who), after.find(who)
        assert (old_team.id, old.choices["mascot"]) == (new_team.id, new.choices["mascot"])


def test_no_file_is_ever_written_over(folder: Path) -> None:
    write(folder, people("Ann", "Bob"))
    for out in ("mine.toml", "people.csv", "dangling.toml"):
        if out == "mine.toml":
            (folder / out).write_text("mine")
        if out == "dangling.toml":
            (folder / out).symlink_to("nowhere")
        with pytest.raises(UsageError, match=f"{out} is there already. Nothing was written"):
            teams("people.csv", "--lab", "be", "--size", "2", "--out", out)
    assert (folder / "mine.toml").read_text() == "mine"
    assert not (folder / "nowhere").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["people.csv"], "which lab are the teams for?"),
        (["people.csv", "--lab", "bee"], "there is no lab 'bee'. Did you mean 'be'?"),
        (["none.csv", "--lab", "be"], "none.csv: there is no such file"),
        (["people.csv", "--lab", "be"], "people.csv: no column says who is in which team"),
        (["people.csv", "--lab", "be", "--columns", "team"], "--columns team: expected FIELD=COLUMN"),
        (
            ["people.csv", "--lab", "be", "--columns", "team=X"],
            "team: there is no column 'X'; found name, email",
        ),
        (
            ["people.csv", "--lab", "be", "--size", "2", "--names", "Rocket"],
            "--names: found 'Rocket', expected",
        ),
        (["people.csv", "--lab", "be", "--size", "2", "--names", "a,a"], "--names: found 'a' twice"),
        (["people.csv", "--lab", "be", "--size", "2", "--out", "x.csv"], "expected a name ending in .toml"),
        (
            ["people.csv", "--lab", "be", "--size", "2", "--out", "no/x.toml"],
            "cannot be written (No such file",
        ),
        (["people.csv", "--keep", "none.toml"], "none.toml: there is no such file"),
        (["book.csv", "--lab", "be"], "book.csv: this is an Excel workbook, no CSV"),
    ],
)
def test_a_mistake_is_one_sentence(folder: Path, args: list[str], said: str) -> None:
    write(folder, people("Ann", "Bob"))
    write(folder, b"PK\x03\x04 xl/workbook.xml", "book.csv")
    with pytest.raises(UsageError) as caught:
        teams(*args)
    assert said in caught.value.message
    assert caught.value.remedy
    assert sorted(path.name for path in folder.iterdir()) == ["book.csv", "people.csv"]


def test_names_are_shown_and_never_steer_the_terminal(folder: Path) -> None:
    """Whatever people are called, in 80 columns."""
    names = ['"=HYPERLINK(""x"")"', "<script>", "[red]Ann[/]", "\x1b[2JBob", "x" * 300, "عمر الخيام"]
    write(folder, "name\n" + "\n".join(names) + "\n")
    said = teams("people.csv", "--lab", "be", "--size", "3", "--out", "teams.toml")
    assert all(len(line) <= 80 for line in said.splitlines())
    assert "[red]Ann[/]" in said
    assert "\x1b" not in said + (folder / "teams.toml").read_text()
    found = {one.name for _, one in load_roster(folder / "teams.toml")[1].everyone}
    assert found == {'=HYPERLINK("x")', "<script>", "[red]Ann[/]", "Bob", "x" * 300, "عمر الخيام"}


def test_ten_thousand_people_take_seconds(folder: Path) -> None:
    """Read, formed, written, read back and shown."""
    grades = ",12.5" * 20
    rows = "".join(f'"Née {at % 700}, Zoë",{at},user{at}@example.org,TD1{grades}\n' for at in range(10_000))
    write(folder, f"Student,ID,SIS Login ID,Section{',Lab' * 20}\n" + rows)
    began = time.process_time()
    said = teams("people.csv", "--lab", "be", "--size", "3", "--out", "teams.toml")
    assert time.process_time() - began < 20
    assert "10000 people in 3333 teams." in said
    assert len({one.id for _, one in load_roster(folder / "teams.toml")[1].everyone}) == 10_000


def test_help_teaches_in_80_columns() -> None:
    said = teams("--help")
    assert "cloudlab teams canvas.csv --keep teams.toml --out teams-2.toml" in said
    assert all(len(line) <= 80 for line in said.splitlines())


CHECK = '''
import pytest

pytestmark = pytest.mark.step("1")


def test_rope_is_red(assignment):
    """Your rope is red."""
    assert assignment.member.choices["rope"] == "red", f"{assignment.member.name} has another."
'''


def test_a_class_is_graded_from_its_list(folder: Path) -> None:
    """`cloudlab grade` takes the CSV itself, and so do the sessions that it starts."""
    write_lab(folder, {"test_rope.py": CHECK})
    write(folder, PLAIN)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest_cloudlab",
            "grade",
            "people.csv",
            "--lab",
            "knots",
            "--json",
            "r.json",
        ],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80", "CLOUDLAB_ROSTER": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    text = (folder / "r.json").read_text()
    assert "Zoë O'Neil has another." in text
    assert "Alice Martin has another." not in text

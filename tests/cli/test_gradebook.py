"""`cloudlab gradebook`: what it writes, whom it names, and what it exits with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
from click.testing import CliRunner, Result

from pytest_cloudlab.cli.gradebook import FORMATS, TAKEN_BY, gradebook
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.journal import Journal, open_journal
from pytest_cloudlab.model import Observation, Verdict

from ..labs import write_lab, write_roster
from ..reports.gradebook.classes import exported, table
from .test_command import CHECK, cloudlab

CHECKS = '''
import pytest


@pytest.mark.step("1")
@pytest.mark.outcome(points=3)
def test_taken():
    """You took a rope."""


@pytest.mark.step("1.1")
@pytest.mark.outcome(points=1)
def test_tied():
    """Your knot holds."""


@pytest.mark.step("2")
@pytest.mark.outcome(points=1, needs="test_taken", holds="at_end")
def test_back():
    """The rope is back."""
'''
AT = datetime(2025, 11, 21, 9, 30, tzinfo=UTC)
ROSTER = """
lab = "{lab}"

[[team]]
id = "sailors"
member = [
  {{ id = "alice", name = '=HYPERLINK("http://x","x")', rope = "red", unties = "blue", email = "a@x.org" }},
  {{ id = "bob", name = "Zoë O'Neil", rope = "blue", unties = "red" }},
]

[[team]]
id = "pirates"
member = [
  {{ id = "carol", name = "عمر الخيام <script>", rope = "red", unties = "blue" }},
  {{ id = "dave", name = "Dave Lost", rope = "blue", unties = "red" }},
]
"""


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    write_roster(tmp_path, write_lab(tmp_path, {"test_knots.py": CHECKS}), ROSTER)
    return tmp_path


@pytest.fixture
def journal(harbour: Path) -> Iterator[Journal]:
    """Alice 4 of 5 before the end, Bob 1; Carol's knot could not be judged; nobody has looked at Dave's."""
    journal = open_journal(harbour / ".cloudlab")
    passed, failed, unseen = Verdict.PASSED, Verdict.FAILED, Verdict.INCONCLUSIVE
    saw(journal, "sailors", "alice", test_taken=passed, test_tied=passed)
    saw(journal, "sailors", "bob", test_taken=failed, test_tied=passed)
    saw(journal, "pirates", "carol", test_taken=passed, test_tied=unseen)
    yield journal
    journal.close()


def saw(journal: Journal, team: str, member: str, **verdicts: Verdict) -> None:
    for check, verdict in verdicts.items():
        journal.append(Observation("knots", team, member, check, verdict, "It slips.", AT, 0.1, run="r"))


def run(harbour: Path, form: str, *options: str, out: str = "grades") -> Result:
    words = [str(harbour / "teams.toml"), "--format", form, "--out", str(harbour / out), *options]
    return CliRunner().invoke(gradebook, words, standalone_mode=False)


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_names_who_is_not_gradable_yet(harbour: Path, form: str) -> None:
    """Exit code 3, the count, and why: on standard error, as standard output may be the file."""
    more = ("--classroom", "cs") if form == "classroom50" else ()
    done = run(harbour, form, *more)
    assert (done.exception, done.return_value) == (None, 3), done.stderr
    assert done.stdout == ""
    said = done.stderr.splitlines()
    assert said[0] == f"2 of 4 grades: {harbour / 'grades'}"
    assert said[-4:-1] == [
        "2 of 4 are not gradable yet:",
        "  pirates/carol: 1 could not be judged: Your knot holds",
        "  pirates/dave: 2 not asked: You took a rope, …",
    ]
    assert said[-1] == f"  → cloudlab grade {harbour / 'teams.toml'}"
    assert "1 check is judged at the end, and counted with --final only" in done.stderr
    assert (harbour / "grades").exists()


@pytest.mark.usefixtures("journal")
def test_who_is_gradable_is_enough(harbour: Path) -> None:
    """0 when nobody is left out; --only takes teams and members, in the roster's own order or any other."""
    done = run(harbour, "csv", "--only", "sailors/bob", "--only", "sailors")
    assert done.return_value == 0
    assert [(row["member"], row["points"]) for row in table(harbour / "grades")] == [
        ("bob", "1"),
        ("alice", "4"),
    ]
    assert "not gradable yet" not in done.stderr


def test_the_end_counts_with_final(harbour: Path, journal: Journal) -> None:
    """What was never judged at the end is not asked, which is no zero; afterwards it counts."""
    before = run(harbour, "csv", "--only", "sailors", "--final")
    assert before.return_value == 3
    assert "sailors/alice: 1 not asked: The rope is back" in before.stderr
    assert f"cloudlab grade {harbour / 'teams.toml'} --final" in before.stderr
    saw(journal, "sailors", "alice", test_back=Verdict.PASSED)
    saw(journal, "sailors", "bob", test_back=Verdict.BLOCKED)
    after = run(harbour, "csv", "--only", "sailors", "--final", "--points", "20")
    assert after.return_value == 0
    assert [row["points"] for row in table(harbour / "grades")] == ["20", "4"]


@pytest.mark.usefixtures("journal")
def test_only_what_could_not_be_judged_is_retried(harbour: Path) -> None:
    done = run(harbour, "csv", "--only", "pirates/carol")
    assert "--retry inconclusive" in done.stderr


@pytest.mark.usefixtures("journal")
def test_an_export_is_completed(harbour: Path) -> None:
    """Whoever it does not have is left out and named, and the command exits with 3."""
    export = exported(
        harbour / "export.csv", "Student,ID,SIS User ID,SIS Login ID,Section,Knots (4711)",
        '"=HYPERLINK(""http://x"",""x"")",901,,a@x.org,1,',
    )  # fmt: skip
    done = run(harbour, "canvas", "--into", str(export), "--assignment", "Knots", "--only", "sailors")
    assert done.return_value == 3
    assert "1 of 2 grades" in done.stderr
    assert "1 of 2 are left out:\n  sailors/bob: no row is theirs" in done.stderr
    (alice,) = table(harbour / "grades")
    assert (alice["Student"], alice["ID"], alice["Knots (4711)"]) == (
        *('\'=HYPERLINK("http://x","x")', "901", "4"),
    )
    with pytest.raises(UsageError, match="it is what --into reads"):
        raise run(harbour, "canvas", "--into", str(export), out="export.csv").exception or AssertionError


@pytest.mark.usefixtures("journal")
def test_the_other_reports_have_everybody(harbour: Path) -> None:
    """Each check with its state: nobody is left out, and nothing inconclusive is a failure."""
    run(harbour, "junit")
    suites = ElementTree.fromstring((harbour / "grades").read_bytes())  # noqa: S314 - our own file
    assert [(one.get("errors"), one.get("failures")) for one in suites] == [
        *(("0", "0"), ("0", "1"), ("1", "0"), ("0", "0"))
    ]
    run(harbour, "json")
    assert [card["unjudged"] for card in json.loads((harbour / "grades").read_bytes())["cards"]] == [
        0,
        0,
        1,
        0,
    ]
    run(harbour, "html")
    assert "<script>" not in (harbour / "grades").read_text("utf-8").split("</style>")[1]


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize("option", sorted(TAKEN_BY))
def test_an_option_that_changes_nothing_is_refused(harbour: Path, option: str) -> None:
    for form in {*FORMATS} - {*TAKEN_BY[option]}:
        refused = run(harbour, form, option, "7").exception
        assert isinstance(refused, UsageError)
        assert "changes nothing" in refused.message


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize("points", ["0", "-1", "nan", "inf", "10001", "many"])
def test_points_are_a_number_of_points(harbour: Path, points: str) -> None:
    assert isinstance(run(harbour, "csv", "--points", points).exception, click.UsageError)


def test_without_a_journal_there_is_nothing(harbour: Path) -> None:
    """And none is made."""
    refused = run(harbour, "csv").exception
    assert isinstance(refused, UsageError)
    assert "there is no journal" in refused.message
    assert not (harbour / ".cloudlab").exists()


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize(("only", "said"), [("sailor", "no such team"), ("sailors/dave", "no such member")])
def test_only_names_somebody(harbour: Path, only: str, said: str) -> None:
    refused = run(harbour, "csv", "--only", only).exception
    assert isinstance(refused, UsageError)
    assert said in refused.message


def test_from_the_check_to_the_gradebook(tmp_path: Path) -> None:
    """As a shell runs it: what could not be judged is no zero, and once it is judged the grade is written."""
    write_roster(tmp_path, write_lab(tmp_path, {"test_take.py": CHECK}))
    words = ("gradebook", "--format", "csv", "--out", "/dev/stdout", "--only", "sailors/alice")
    (tmp_path / "state").write_text("lost")
    cloudlab("check", "--as", "alice", "--retry", "0", cwd=tmp_path)
    lost = cloudlab(*words, cwd=tmp_path)
    assert (lost.returncode, "sailors,alice,Alice Martin,,,3,not gradable yet" in lost.stdout) == (3, True), (
        lost
    )
    (tmp_path / "state").write_text("taken")
    cloudlab("check", "--as", "alice", cwd=tmp_path)
    taken = cloudlab(*words, cwd=tmp_path)
    assert (taken.returncode, "sailors,alice,Alice Martin,,3,3,graded" in taken.stdout) == (0, True), taken
    assert taken.stderr == "1 of 1 grades: /dev/stdout\n"

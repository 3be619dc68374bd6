"""`cloudlab regrade`: what it shows, what it keeps, and what it exits with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_cloudlab.cli.regrade import regrade
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.journal import Journal
from tests.labs import write_lab, write_roster

CHECKS = '''
import pytest
from pathlib import Path

SEEN = Path(__file__).parent.parent / "asked"


@pytest.mark.step("1")
@pytest.mark.outcome(points=2, at_least={"length": 3})
def test_long(measure, member):
    """Your rope is long."""
    SEEN.write_text("asked")
    measure(length=2 if member.id == "alice" else 4)


@pytest.mark.step("1.1")
@pytest.mark.outcome(needs="test_long")
def test_tied():
    """Your knot holds."""
'''


@pytest.fixture
def roster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a class that was judged, and is not there any more."""
    from pytest_cloudlab.assignment import assign
    from pytest_cloudlab.grading.member import Assize, judge_member
    from pytest_cloudlab.roster import load_roster

    file = write_roster(tmp_path, write_lab(tmp_path, {"test_1.py": CHECKS}))
    for member in ("alice", "bob"):
        one = Assize(assign(*load_roster(file), member), file, tmp_path / ".cloudlab", retry_s=0)
        judge_member(one, lambda event: None)
    (tmp_path / "asked").unlink()
    return file


def run(*args: str | Path) -> int:
    return int(regrade.main([str(one) for one in args], standalone_mode=False))


def edit(roster: Path, old: str, new: str) -> None:
    module = roster.parent / "knots" / "test_1.py"
    module.write_text(module.read_text().replace(old, new))


def test_a_changed_limit_changes_grades_without_a_look(
    roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is asked; the same again changes nothing; what nobody looked at exits with 3."""
    assert run(roster) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"
    edit(roster, '"length": 3', '"length": 2')
    for option, done in (("--dry-run", "would change"), ("--final", "changed")):
        assert run(roster, option) == 3
        said = capsys.readouterr().out
        assert "sailors/alice" in said
        assert "test_long: to fix → achieved" in said
        assert "expected length at least 2 instead of length at least 3." in said
        assert "test_tied: waiting → could not be judged" in said
        assert f"2 outcomes of 1 member {done}." in said
    assert run(roster) == 3
    assert capsys.readouterr().out == "Nothing changed.\n"
    assert not (roster.parent / "asked").exists()


def test_an_override_file_is_set_and_shown_in_the_reports(
    roster: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "overrides.csv"
    file.write_text("member,check,verdict,reason,who\nalice,test_long,passed,I measured it,Ada\n")
    assert run(roster, "--overrides", file, "--json", tmp_path / "r.json", "--report", tmp_path) == 3
    assert "set by Ada: I measured it." in capsys.readouterr().out
    assert "set by Ada: I measured it" in (tmp_path / "index.html").read_text()
    rows = json.loads((tmp_path / "r.json").read_text())["cards"][0]["checks"]
    assert [(row["state"], row["said_by"]) for row in rows] == [("passed", "Ada"), ("inconclusive", "")]
    assert rows[0]["measured"] == {"length": 2}
    assert run(roster, "--overrides", file) == 3
    assert capsys.readouterr().out == "Nothing changed.\n"


def test_a_wrong_override_file_sets_nothing(roster: Path, tmp_path: Path) -> None:
    file = tmp_path / "overrides.csv"
    file.write_text(
        "member,check,verdict,reason,who\nalice,test_long,passed,yes,Ada\nbob,test_lost,passed,y,A\n"
    )
    with pytest.raises(UsageError, match="line 3: the lab has no check 'test_lost'"):
        run(roster, "--overrides", file)
    journal = Journal.open_readonly(tmp_path / ".cloudlab" / "journal.sqlite")
    assert {one.source for one in journal.observations("knots")} == {""}
    journal.close()


def test_without_a_journal_there_is_nothing_to_work_out(tmp_path: Path) -> None:
    """And none is made."""
    file = write_roster(tmp_path, write_lab(tmp_path, {"test_1.py": CHECKS}))
    with pytest.raises(UsageError, match="there is no journal"):
        run(file)
    assert not (tmp_path / ".cloudlab").exists()


def test_a_run_of_one_step_is_no_change(roster: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run knows all checks of the lab, whichever of them it asks."""
    from pytest_cloudlab.assignment import assign
    from pytest_cloudlab.grading.member import Assize, judge_member
    from pytest_cloudlab.roster import load_roster

    one = Assize(assign(*load_roster(roster), "bob"), roster, roster.parent / ".cloudlab", step="1.1")
    judge_member(one, lambda event: None)
    capsys.readouterr()
    assert run(roster) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"

"""From a student's own machine to the class's grades: `cloudlab submit`, `cloudlab grade --receipts`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.cli.check import check
from pytest_cloudlab.cli.grade import grade
from pytest_cloudlab.cli.submit import submit
from pytest_cloudlab.errors import UsageError
from tests.labs import write_lab, write_roster

CHECKS = '''
import os

import pytest

from pytest_cloudlab.errors import TargetLost

WHERE = os.environ["KNOTS_SEEN_FROM"]


@pytest.mark.step("1")
def test_at_home(keep, measure):
    """Your laptop has the copy."""
    if WHERE == "here":
        raise TargetLost("nobody can see her laptop from here")
    measure(length=3)
    keep("copy.txt", b"the copy", "text/plain")


@pytest.mark.step("1")
@pytest.mark.outcome(points=2)
def test_everywhere():
    """Your knot holds."""
    assert WHERE == "home", "It slips."


@pytest.mark.step("1.1")
@pytest.mark.outcome(needs="test_at_home")
def test_after(member):
    """You named it."""
'''


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """The student's roster and the instructor's, for one lab."""
    lab = write_lab(tmp_path, {"test_1.py": CHECKS})
    folders = tmp_path / "home", tmp_path / "office"
    for folder in folders:
        folder.mkdir()
        write_roster(folder, lab)
    return folders[0] / "teams.toml", folders[1] / "teams.toml"


def run(command: Any, *args: str | Path) -> int:
    return int(command.main([str(one) for one in args], standalone_mode=False))


def graded(roster: Path, *args: str | Path) -> dict[str, tuple[str, str]]:
    """Check -> state and source, of alice."""
    out = roster.parent / "report.json"
    run(grade, roster, "--only", "sailors/alice", "--json", out, "--workers", "1", *args)
    (card,) = json.loads(out.read_text())["cards"]
    return {row["check"]: (row["state"], row["source"]) for row in card["checks"]}


def test_what_only_her_machine_shows_counts_as_self_reported(
    places: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And what was seen here stays as it was seen here; what needs it can be looked at then."""
    home, office = places
    monkeypatch.setenv("KNOTS_SEEN_FROM", "home")
    assert run(check, "--roster", home, "--as", "alice") == 0
    handed = tmp_path / "handed"
    capsys.readouterr()
    assert run(submit, "--roster", home, "--as", "alice", "--out", handed / "alice.receipt") == 0
    said = capsys.readouterr().out
    assert "3 achieved; 1 file of evidence" in said

    monkeypatch.setenv("KNOTS_SEEN_FROM", "here")
    assert graded(office) == {
        "test_at_home": ("inconclusive", ""),
        "test_everywhere": ("failed", ""),
        "test_after": ("inconclusive", ""),
    }
    (handed / "broken.receipt").write_bytes(b"%PDF")
    capsys.readouterr()
    report = tmp_path / "report"
    assert graded(office, "--receipts", handed, "--report", report) == {
        "test_at_home": ("passed", "receipt"),
        "test_everywhere": ("failed", ""),
        "test_after": ("passed", ""),
    }
    said = capsys.readouterr().err
    assert "2 receipts in" in said
    assert "  alice.receipt: 3 observations of Alice Martin\n" in said
    assert "  broken.receipt: refused: it is no receipt\n" in said
    page = (report / "index.html").read_text()
    assert "self-reported" in page
    assert "the copy" in page

    graded(office, "--receipts", handed)
    assert "  alice.receipt: nothing new\n" in capsys.readouterr().err


def test_the_file_is_named_for_lab_and_member(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Here, without `--out`. Without a look there is nothing to hand in."""
    home, _ = places
    monkeypatch.chdir(home.parent)
    with pytest.raises(UsageError, match="there is no journal"):
        run(submit, "--as", "bob")
    monkeypatch.setenv("KNOTS_SEEN_FROM", "home")
    run(check, "--as", "bob", "--step", "1.1")
    with pytest.raises(UsageError, match="nothing to hand in yet"):
        run(submit, "--as", "bob")
    run(check, "--as", "bob")
    capsys.readouterr()
    assert run(submit, "--as", "bob") == 0
    assert capsys.readouterr().out.startswith("knots-bob.receipt: 3 achieved; 1 file of evidence, ")
    assert (home.parent / "knots-bob.receipt").read_bytes().startswith(b"PK")

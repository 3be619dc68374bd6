"""What a rehearsal shows at a curtain: what has come, not what is still to come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_cloudlab.assignment import assign
from pytest_cloudlab.cli.show import judge_and_show
from pytest_cloudlab.grading.member import Assize
from pytest_cloudlab.roster import load_roster
from tests.labs import write_lab, write_roster

CHECKS = '''
import pytest
from pathlib import Path

HERE = Path(__file__).parent.parent


@pytest.mark.step("1")
@pytest.mark.outcome()
def test_rope_is_taken():
    """You took a rope."""
    assert (HERE / "taken").exists(), "It hangs on its hook."


@pytest.mark.step("1.1")
@pytest.mark.outcome(needs="test_rope_is_taken")
def test_knot_is_tied():
    """Your knot holds."""
    assert (HERE / "tied").exists(), "It slips."


@pytest.mark.step("2")
@pytest.mark.outcome()
def test_hook_is_free():
    """The hook is free."""
    assert (HERE / "free").exists(), "Something hangs there."


@pytest.mark.step("2")
@pytest.mark.outcome(needs="test_rope_is_taken", holds="at_end")
def test_rope_is_back():
    """The rope is back."""
'''


@pytest.fixture
def assize(tmp_path: Path) -> Assize:
    roster = write_roster(tmp_path, write_lab(tmp_path, {"test_knots.py": CHECKS}))
    return Assize(assign(*load_roster(roster), "alice"), roster, tmp_path / "data", retry_s=0)


def test_a_curtain_asks_and_shows_what_is_due(assize: Assize, capsys: pytest.CaptureFixture[str]) -> None:
    """At step 1.1: what fails there is shown, step 2 is not asked for yet, and there are no totals."""
    folder = assize.roster_file.parent
    (folder / "taken").touch()
    at_curtain = replace(assize, until="1.1")
    judge_and_show(at_curtain, only_new=True)
    first = capsys.readouterr().out
    assert "✓ You took a rope" in first
    assert "It slips." in first
    assert "The hook is free" not in first
    assert "The rope is back" not in first
    assert "Next:" not in first

    (folder / "tied").touch()
    (folder / "free").touch()
    judge_and_show(at_curtain, only_new=True)
    second = capsys.readouterr().out
    assert "You took a rope" not in second, "it is not new"
    assert "✓ Your knot holds" in second
    assert "The hook is free" not in second

    card = judge_and_show(replace(assize, until="2"), only_new=True)
    last = capsys.readouterr().out
    assert "✓ The hook is free" in last
    assert "The rope is back" not in last, "it is not due"
    assert card.achieved == 3


def test_what_a_curtain_saw_stands_though_it_is_gone(
    assize: Assize, capsys: pytest.CaptureFixture[str]
) -> None:
    """The end counts what a curtain saw, and shows what it did not."""
    folder = assize.roster_file.parent
    (folder / "taken").touch()
    judge_and_show(replace(assize, until="1"))
    (folder / "taken").unlink()
    capsys.readouterr()
    card = judge_and_show(assize, only_new=True)
    said = capsys.readouterr().out
    assert (card.achieved, card.to_fix) == (1, 2)
    assert "You took a rope" not in said
    assert "Something hangs there." in said
    assert "Next:" in said

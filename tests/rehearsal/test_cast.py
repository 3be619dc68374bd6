"""Who plays a lab that does not say so itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Course, Member, Roster, Team
from pytest_cloudlab.rehearsal import cast_of
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.roster_file import roster_text
from tests.labs import write_lab


def test_a_lab_with_a_walkthrough_has_its_own_cast() -> None:
    assert [member.id for member in cast_of(load_lab(find_lab("be")), 3)] == ["alice", "zoe", "omar"]


def test_a_made_up_cast_makes_choices_that_a_roster_takes(tmp_path: Path) -> None:
    """Each its own, and each the next one's where a choice points at a teammate."""
    lab = load_lab(write_lab(tmp_path, {}))
    cast = cast_of(lab, 2)
    assert [dict(member.choices) for member in cast] == [
        {"rope": "red", "unties": "blue"},
        {"rope": "blue", "unties": "red"},
    ]
    file = tmp_path / "teams.toml"
    file.write_text(roster_text(lab.folder, Roster(Course(), (Team("sailors", cast),))))
    assert [member.name for _, member in load_roster(file)[1].everyone] == [one.name for one in cast]


def test_a_lab_cannot_have_more_members_than_choices(tmp_path: Path) -> None:
    lab = load_lab(write_lab(tmp_path, {}))
    with pytest.raises(UsageError, match="3 members cannot all choose another rope: the lab offers 2"):
        cast_of(lab, 3)


def test_a_lab_without_choices_has_members_too(tmp_path: Path) -> None:
    toml = 'title = "T"\npage = "https://course.example"\n[[step]]\nnumber = "1"\ntitle = "S"\nsee = "#s"\n'
    cast: tuple[Member, ...] = cast_of(load_lab(write_lab(tmp_path, {}, toml=toml)), 2)
    assert len({member.id for member in cast}) == 2

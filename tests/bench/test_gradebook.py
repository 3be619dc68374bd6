"""The journal that the gradebook is measured with is one that the gradebook reads."""

from __future__ import annotations

from pathlib import Path

from bench import gradebook
from pytest_cloudlab.journal import Journal


def test_the_journal_has_as_many_observations_as_were_asked_for(tmp_path: Path) -> None:
    roster = gradebook._class(tmp_path / "book", gradebook.TEAMS * gradebook.CHECKS)
    journal = Journal(roster.parent / ".cloudlab" / "journal.sqlite")
    try:
        found = list(journal.observations("things", "team-000", "m-000"))
    finally:
        journal.close()
    assert len(found) == gradebook.CHECKS

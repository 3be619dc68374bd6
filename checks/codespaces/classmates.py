"""What the journal knows of the other members' models."""

from __future__ import annotations

from pathlib import Path

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Verdict


def weights_of_others(journal_file: Path, one: Assignment, check: str) -> dict[str, str]:
    """Who else passed `check` -> the `weights_sha256` that it measured.

    Only who passed: a model that was found to be copied tells nothing against the one it was copied from.
    """
    names = {(team.id, member.id): member.name for team, member in one.roster.everyone}
    me = (one.team.id, one.member.id)
    journal = Journal.open_readonly(journal_file)
    try:
        return {
            names.get(who, seen.member): seen.measured.get("weights_sha256", "")
            for seen in journal.observations(one.lab.id)
            if seen.check == check
            and seen.verdict is Verdict.PASSED
            and (who := (seen.team, seen.member)) != me
        }
    finally:
        journal.close()

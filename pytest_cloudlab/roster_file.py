"""A roster written as TOML: read back before it is kept, and never over a file that is there."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import find_lab, known_labs
from pytest_cloudlab.model import Course, Lab, Member, Roster, Team
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.toml_text import toml_text


def roster_text(lab: str, roster: Roster) -> str:
    """`roster` as the text that `load_roster` reads back, for the lab that it calls by that name or path."""
    usual = asdict(Course())
    course = {key: value for key, value in asdict(roster.course).items() if value != usual[key]}
    return toml_text(
        {
            "lab": lab,
            **({"me": roster.me} if roster.me else {}),
            **({"course": course} if course else {}),
            "team": team_tables(roster.teams),
        }
    )


def team_tables(teams: Sequence[Team]) -> list[dict[str, Any]]:
    return [{"id": team.id, "member": [_member(one) for one in team.members]} for team in teams]


def _member(one: Member) -> dict[str, Any]:
    email = {"email": one.email} if one.email else {}
    targets = {"targets": dict(one.targets)} if one.targets else {}
    return {"id": one.id, "name": one.name, **email, **one.choices, **one.own, **targets}


def lab_name(lab: Lab, beside: Path) -> str:
    """How a roster in the folder `beside` names the lab, so that it is this one that is found."""
    known, folder, home = known_labs(), Path(lab.folder), beside.resolve()
    if lab.id in known and find_lab(lab.id) == folder:
        return lab.id
    if not folder.is_relative_to(home):
        return lab.folder
    name = folder.relative_to(home).as_posix()
    return f"./{name}" if name in known else name


def write_roster(text: str, file: Path) -> tuple[Lab, Roster]:
    """Raises `FileExistsError` where there is a file, and `UsageError` for what is no roster; then nothing is
    left behind."""
    descriptor, temporary = tempfile.mkstemp(prefix=".cloudlab-", suffix=".toml", dir=file.parent)
    draft = Path(temporary)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
        try:
            read = load_roster(draft)
        except UsageError as error:
            message = error.message.removeprefix(f"{draft}: ").replace(str(draft), file.name)
            raise UsageError(f"{message}. Nothing was written.", remedy=error.remedy) from None
        # Whoever is faster than us keeps the file: `x` does not open one that is there.
        with file.open("x", encoding="utf-8", newline="\n") as kept:
            kept.write(text)
        return read
    finally:
        draft.unlink(missing_ok=True)

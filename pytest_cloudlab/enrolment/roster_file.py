"""A student's `cloudlab.toml` written, and never over one that is there."""

from __future__ import annotations

import os
from pathlib import Path

from pytest_cloudlab.enrolment.interview import Enrolment
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Lab, Roster
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.roster import FILES, load_roster
from pytest_cloudlab.roster_file import write_roster
from pytest_cloudlab.toml_text import toml_text

NAME = FILES[0]
HEAD = "# Who you are, who is in your team, and where the course's cloud is: what `cloudlab check` goes by.\n"


def refuse_over_another(folder: Path) -> None:
    """Raises `UsageError` saying what is there, and what to do."""
    for name in FILES:
        file = folder / name
        if not os.path.lexists(file):
            continue
        try:
            lab, roster = load_roster(file)
            who = f" as {roster.me}" if roster.me else ""
            about = f"for the lab {lab.id}{who}, {len(roster.everyone)} in it"
        except UsageError as error:
            about = "which cannot be read: " + plain(error.message, 200)
        raise UsageError(
            f"{name} is there already, {about}. Nothing was written.",
            remedy=f"Go on with it (cloudlab check), edit it, or move it away: mv {name} {name}.old",
        )


def write(enrolment: Enrolment, folder: Path) -> tuple[Lab, Roster]:
    """Raises `UsageError` where the roster would not be one, or one is there by now; then nothing is left."""
    try:
        return write_roster(text(enrolment), folder / NAME)
    except FileExistsError:
        refuse_over_another(folder)
        raise


def text(enrolment: Enrolment) -> str:
    """The enrolment as the TOML that `load_roster` reads."""
    me, *_ = enrolment.people
    members = [
        {
            "id": person.id,
            "name": person.name,
            **({"email": person.email} if person.email else {}),
            **person.keys,
            **({"targets": {"codespace": person.codespace}} if person.codespace else {}),
        }
        for person in enrolment.people
    ]
    return HEAD + toml_text(
        {
            "lab": enrolment.lab,
            "me": me.id,
            **({"course": enrolment.course} if enrolment.course else {}),
            "team": [{"id": enrolment.team, "member": members}],
        }
    )

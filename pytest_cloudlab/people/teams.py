"""The teams of a sheet: those that it names, nothing left to chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Lab, Member, Team
from pytest_cloudlab.people.identity import ids, team_ids
from pytest_cloudlab.people.person import People, Person, read_people


@dataclass(frozen=True)
class Named:
    teams: tuple[Team, ...]
    lines: Mapping[str, int]
    """Where a member stands, by id."""


def named_teams(file: Path, said: Mapping[str, str], lab: Lab) -> Named:
    """The teams of a sheet that says who is in which, and what everybody chose.

    Raises `UsageError` where it does not: what is drawn has to be written down, or one more line would change
    it for others.
    """
    people = read_people(file, said, lab)
    needed = {"team": "who is in which team"} | {
        choice.key: f"everybody's {choice.key}" for choice in lab.choices
    }
    for field, what in needed.items():
        _require(people, field, what, lab)
    short = ids(people, people.everyone)
    team_of = teams_said(people)
    members: dict[str, list[Member]] = {}
    for person in people.everyone:
        members.setdefault(team_of[person], []).append(member_of(person, short[person]))
    return Named(
        tuple(Team(team, tuple(those)) for team, those in members.items()),
        {short[person]: person.row.line for person in people.everyone},
    )


def teams_said(people: People) -> dict[Person, str]:
    """The id of the team of everybody whose team the sheet says. Case and space make no other team."""
    keys = {person: person.team.casefold() for person in people.everyone if person.team}
    short = team_ids(dict.fromkeys(keys.values()))
    return {person: short[key] for person, key in keys.items()}


def member_of(person: Person, member_id: str) -> Member:
    return Member(member_id, person.name, person.choices, person.targets, person.email, person.own)


def _require(people: People, field: str, what: str, lab: Lab) -> None:
    remedy = (
        "Have that done once, in a file that keeps it: "
        f"cloudlab teams {people.file.name} --lab {lab.id} "
        + ("--size 3 " if field == "team" else "")
        + "--out teams.toml"
    )
    if field not in people.columns.at:
        raise UsageError(f"{people.file}: no column says {what}", remedy=remedy)
    for person in people.everyone:
        if not (person.team if field == "team" else person.choices.get(field)):
            place = people.columns.place(person.row, field)
            raise UsageError(f"{place}: found nothing, expected {what}", remedy=remedy)

"""`teams.toml` (an instructor's), `cloudlab.toml` (a student's) or an LMS's CSV, read into a `Roster`."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import convert, read_toml, require_slug
from pytest_cloudlab.lab import find_lab, lab_of, load_lab
from pytest_cloudlab.model import Choice, Course, Lab, Member, Roster, Team
from pytest_cloudlab.people.sheet import SUFFIXES
from pytest_cloudlab.people.spelling import LONGEST_NAME, is_email, is_name
from pytest_cloudlab.people.teams import named_teams

FILES = ("cloudlab.toml", "teams.toml")
"""Looked for in this order where no roster is named."""


class CourseTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    project: str = ""
    registry: str = ""
    bucket: str = ""
    zones: list[str] = []
    ssh_user: str = ""
    ssh_key: str = ""
    trust_new_host_keys: bool = False
    witness: str = ""


class TeamTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    member: list[dict[str, object]]


class RosterTables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lab: str
    team: list[TeamTable] = []
    me: str = ""
    people: str = ""
    """The CSV that has the teams, relative to the roster's folder."""
    columns: dict[str, str] = {}
    """Of that CSV, by what they say, where their headings do not."""
    course: CourseTable = CourseTable()
    parameters: dict[str, object] = {}
    material: dict[str, object] = {}
    """The settings of `cloudlab gate`, which may stand in the same file."""


class MemberTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every member has; the lab's choices stand beside it."""

    id: str
    name: str
    email: str = ""
    targets: dict[str, str] = {}


def find_roster(folder: Path) -> Path:
    """The roster in `folder`. Raises `UsageError` when there is none."""
    for name in FILES:
        if (folder / name).is_file():
            return folder / name
    raise UsageError(
        f"no roster here: expected {' or '.join(FILES)} in {folder}",
        remedy="Go to the folder that has it, or name it: cloudlab --roster, pytest --cloudlab-roster.",
    )


def load_roster(file: Path, lab_name: str = "") -> tuple[Lab, Roster]:
    """The roster in `file` and the lab it is for: `lab_name` where given, else the one it names.

    Raises `UsageError` naming file and key, or line and column: an unknown lab, an id that is no slug, an
    unknown key, a choice that the lab does not offer, or a teammate who does not exist.
    """
    tables = _tables(file, lab_name)
    try:
        lab = load_lab(
            find_lab(lab_name or tables.lab, beside=file.parent), tables.parameters, changed_by=file
        )
    except UsageError as error:
        if lab_name or "there is no lab" not in error.message:
            raise
        raise UsageError(f"{file}: lab: {error.message}", remedy=error.remedy) from None
    course = Course(
        **{
            field: getattr(tables.course, field)
            for field in CourseTable.__struct_fields__
            if field not in {"zones", "registry"}
        },
        zones=tuple(tables.course.zones),
        registry=tables.course.registry.replace("{project}", tables.course.project),
    )
    if tables.people:
        _require_course(lab, file)
        teams, places = _from_sheet(file.parent / tables.people, tables.columns, lab)
    else:
        teams, places = tuple(_team(table, index, lab, file) for index, table in enumerate(tables.team)), {}
    _once((team.id for team in teams), "team", file)
    _once((member.id for team in teams for member in team.members), "member", file)
    for team in teams:
        _check_teammates(team, lab, file, places)
    roster = Roster(course, teams, tables.me)
    if tables.me and tables.me not in [member.id for _, member in roster.everyone]:
        raise UsageError(
            f"{file}: me: found {tables.me!r}, expected the id of a member", remedy="Write your own id."
        )
    return lab, roster


def roster_files(file: Path) -> tuple[Path, ...]:
    """What the roster in `file` is written in: itself, and the CSV that it names.

    Raises `UsageError` as `load_roster` does.
    """
    if file.suffix.lower() in SUFFIXES or not (people := _tables(file, "").people):
        return (file,)
    return (file, file.parent / people)


def _tables(file: Path, lab_name: str) -> RosterTables:
    if file.suffix.lower() in SUFFIXES:
        if not lab_name:
            raise UsageError(
                f"{file}: a CSV does not say which lab it is for",
                remedy=f'Say it: --lab NAME; or write a teams.toml: lab = "NAME", people = "{file.name}".',
            )
        return RosterTables(lab_name, people=file.name)
    tables = convert(read_toml(file), RosterTables, file=file)
    if bool(tables.team) == bool(tables.people):
        found = "both [[team]] and" if tables.team else "neither [[team]] nor"
        raise UsageError(
            f"{file}: found {found} people, expected one of them",
            remedy='Write a [[team]] for each team, or people = "FILE.csv" for a CSV that has them.',
        )
    if tables.columns and not tables.people:
        raise UsageError(
            f"{file}: columns: found without people", remedy='Name the CSV they are of: people = "FILE.csv".'
        )
    return tables


def _require_course(lab: Lab, file: Path) -> None:
    """A lab is not judged with an empty project, as if everybody had failed."""
    if lab.needs.course and file.suffix.lower() in SUFFIXES:
        raise UsageError(
            f"{file}: a CSV does not say where the course's cloud is, and the lab {lab.id!r} asks for its "
            + ", ".join(lab.needs.course),
            remedy=f'Write a teams.toml with lab = "{lab.id}", people = "{file.name}" and a [course].',
        )


def _from_sheet(file: Path, columns: Mapping[str, str], lab: Lab) -> tuple[tuple[Team, ...], dict[str, str]]:
    """The teams, and by a member's id where she stands."""
    named = named_teams(file, columns, lab)
    return named.teams, {one: f"{file}: line {line}" for one, line in named.lines.items()}


def _team(table: TeamTable, index: int, lab: Lab, file: Path) -> Team:
    at = f"team[{index}]"
    require_slug(table.id, file=file, key=f"{at}.id")
    members = tuple(_member(raw, f"{at}.member[{i}]", lab, file) for i, raw in enumerate(table.member))
    return Team(table.id, members)


def _member(raw: dict[str, object], at: str, lab: Lab, file: Path) -> Member:
    keys = [*(choice.key for choice in lab.choices), *lab.own]
    table = convert({k: v for k, v in raw.items() if k not in keys}, MemberTable, file=file, at=at)
    require_slug(table.id, file=file, key=f"{at}.id")
    if not is_name(table.name):
        raise UsageError(
            f"{file}: {at}.name: expected one line of 1 to {LONGEST_NAME} printable characters, "
            f"found {table.name[:40]!r}",
            remedy="Write the name as the person writes it.",
        )
    if table.email and not is_email(table.email):
        raise UsageError(
            f"{file}: {at}.email: found {table.email[:80]!r}, expected one address such as ada@example.com",
            remedy="Write the address of the account that the cloud knows the person by, and nothing else.",
        )
    choices = {choice.key: _choice(choice, raw, at, file) for choice in lab.choices}
    own = {key: raw[key] for key in lab.own if key in raw}
    member = Member(table.id, table.name, choices, table.targets, table.email, own)
    for key, value in own.items():
        try:
            lab_of(lab, replace(member, own={key: value}), said_by=file, at=at)
        except UsageError as error:
            raise UsageError(error.message.replace(lab.own[key], key, 1), remedy=error.remedy) from None
    return member


def _choice(choice: Choice, raw: dict[str, object], at: str, file: Path) -> str:
    value = raw.get(choice.key)
    if value not in choice.one_of:
        near = difflib.get_close_matches(str(value), choice.one_of, n=1)
        raise UsageError(
            f"{file}: {at}.{choice.key}: "
            + ("missing" if value is None else f"found {value!r}")
            + f", expected one of {', '.join(choice.one_of)}",
            remedy=f"Did you mean {near[0]!r}?" if near else "Choose one of them.",
        )
    return str(value)


def _check_teammates(team: Team, lab: Lab, file: Path, places: Mapping[str, str]) -> None:
    for choice in (choice for choice in lab.choices if choice.teammates):
        for member in team.members:
            wanted = member.choices[choice.key]
            offered = {mate.choices[choice.teammates] for mate in team.teammates(member)}
            if wanted not in offered:
                at = places.get(member.id, file)
                raise UsageError(
                    f"{at}: member {member.id!r}: {choice.key} = {wanted!r}, but no teammate "
                    f"in {team.id!r} has chosen {choice.teammates} = {wanted!r} "
                    f"(they have: {', '.join(sorted(offered)) or 'nothing'})",
                    remedy="Name what another member of the team has chosen.",
                )


def _once(ids: Iterable[str], kind: str, file: Path) -> None:
    for value, count in Counter(ids).items():
        if count > 1:
            raise UsageError(
                f"{file}: the {kind} id {value!r} is given twice", remedy="Give each its own id."
            )

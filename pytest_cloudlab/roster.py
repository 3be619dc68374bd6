"""`teams.toml` (an instructor's) or `cloudlab.toml` (a student's), read into a `Roster`."""

from __future__ import annotations

import difflib
from pathlib import Path

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import convert, read_toml, require_slug
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Choice, Course, Lab, Member, Roster, Team

FILES = ("cloudlab.toml", "teams.toml")
"""Looked for in this order where no roster is named."""

LONGEST_NAME = 300


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
    team: list[TeamTable]
    me: str = ""
    course: CourseTable = CourseTable()
    parameters: dict[str, object] = {}


class MemberTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every member has; the lab's choices stand beside it."""

    id: str
    name: str
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

    Raises `UsageError` naming file and key: an unknown lab, an id that is no slug, an unknown key, a
    choice that the lab does not offer, or a teammate who does not exist.
    """
    tables = convert(read_toml(file), RosterTables, file=file)
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
    teams = tuple(_team(table, index, lab, file) for index, table in enumerate(tables.team))
    _once([team.id for team in teams], "team", file)
    _once([member.id for team in teams for member in team.members], "member", file)
    for team in teams:
        _check_teammates(team, lab, file)
    roster = Roster(course, teams, tables.me)
    if tables.me and tables.me not in [member.id for _, member in roster.everyone]:
        raise UsageError(
            f"{file}: me: found {tables.me!r}, expected the id of a member", remedy="Write your own id."
        )
    return lab, roster


def _team(table: TeamTable, index: int, lab: Lab, file: Path) -> Team:
    at = f"team[{index}]"
    require_slug(table.id, file=file, key=f"{at}.id")
    members = tuple(_member(raw, f"{at}.member[{i}]", lab, file) for i, raw in enumerate(table.member))
    return Team(table.id, members)


def _member(raw: dict[str, object], at: str, lab: Lab, file: Path) -> Member:
    keys = [choice.key for choice in lab.choices]
    table = convert({k: v for k, v in raw.items() if k not in keys}, MemberTable, file=file, at=at)
    require_slug(table.id, file=file, key=f"{at}.id")
    if not table.name.strip() or len(table.name) > LONGEST_NAME or not table.name.isprintable():
        raise UsageError(
            f"{file}: {at}.name: expected one line of 1 to {LONGEST_NAME} printable characters, "
            f"found {table.name[:40]!r}",
            remedy="Write the name as the person writes it.",
        )
    return Member(
        table.id, table.name, {c.key: _choice(c, raw, at, file) for c in lab.choices}, table.targets
    )


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


def _check_teammates(team: Team, lab: Lab, file: Path) -> None:
    for choice in (choice for choice in lab.choices if choice.teammates):
        for member in team.members:
            wanted = member.choices[choice.key]
            offered = {mate.choices[choice.teammates] for mate in team.teammates(member)}
            if wanted not in offered:
                raise UsageError(
                    f"{file}: member {member.id!r}: {choice.key} = {wanted!r}, but no teammate in "
                    f"{team.id!r} has chosen {choice.teammates} = {wanted!r} "
                    f"(they have: {', '.join(sorted(offered)) or 'nothing'})",
                    remedy="Name what another member of the team has chosen.",
                )


def _once(ids: list[str], kind: str, file: Path) -> None:
    for value in ids:
        if ids.count(value) > 1:
            raise UsageError(
                f"{file}: the {kind} id {value!r} is given twice", remedy="Give each its own id."
            )

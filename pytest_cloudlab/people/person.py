"""A row of a sheet as a person: what it says of her, checked where it stands."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import lab_of
from pytest_cloudlab.model import Lab, Member
from pytest_cloudlab.people.columns import TARGETS, Columns, find_columns
from pytest_cloudlab.people.sheet import Row, read_sheet
from pytest_cloudlab.people.spelling import LONGEST_NAME, is_email, is_name
from pytest_cloudlab.redaction import plain

POINTS_POSSIBLE = "points possible"
TEST_STUDENT = "Student, Test"
LONGEST_CELL = 10_000


@dataclass(frozen=True, eq=False)
class Person:
    row: Row
    name: str
    email: str
    labels: Mapping[str, str]
    """What the LMS calls her: `id`, `username`, `number`, where it has them."""
    team: str
    """As written; empty where the sheet does not say."""
    choices: Mapping[str, str]
    own: Mapping[str, Any]
    targets: Mapping[str, str]


@dataclass(frozen=True)
class People:
    columns: Columns
    everyone: tuple[Person, ...]

    @property
    def file(self) -> Path:
        return self.columns.file


def read_people(file: Path, said: Mapping[str, str], lab: Lab) -> People:
    """All that are in a sheet, in its order.

    Raises `UsageError` naming line and column: no name, no address, two groups, a choice that the lab does
    not offer, a person who is there twice, or nobody.
    """
    sheet = read_sheet(file)
    columns = find_columns(sheet, said, lab) if sheet.rows else Columns(file, sheet.header, {})
    everyone = tuple(_person(row, columns, lab) for row in sheet.rows if not _nobodys(row, columns))
    if not everyone:
        raise UsageError(f"{file}: found headings and no people", remedy="Export it again, with all rows.")
    for field in ("email", "username", "id"):
        _once(everyone, columns, field)
    return People(columns, everyone)


def _nobodys(row: Row, columns: Columns) -> bool:
    """Canvas's rows about points and about what is posted by hand, and the student whom it makes up."""
    if not columns.canvas:
        return False
    first = row.cells[0]
    told = any(
        columns.cell(row, field) for field in ("name", "first_name", "last_name", "username", "number")
    )
    return first.casefold().startswith(POINTS_POSSIBLE) or first == TEST_STUDENT or not told


def _person(row: Row, columns: Columns, lab: Lab) -> Person:
    labels = {field: columns.cell(row, field) for field in ("id", "username", "number")}
    return Person(
        row,
        _name(row, columns),
        _email(row, columns),
        {field: label for field, label in labels.items() if label},
        _team(row, columns),
        _choices(row, columns, lab),
        _own(row, columns, lab),
        _targets(row, columns),
    )


def _name(row: Row, columns: Columns) -> str:
    """As the person writes it, on one line, without what cannot be seen."""
    parts = [columns.cell(row, field) for field in ("name", "first_name", "last_name")]
    text = _turned(_seen(parts[0])) if columns.canvas else _seen(parts[0])
    text = text or " ".join(filter(None, map(_seen, parts[1:])))
    if not is_name(text):
        field = next(field for field in ("name", "last_name", "first_name") if field in columns.at)
        found = f"{len(text)} characters" if text else "nothing"
        raise UsageError(
            f"{columns.place(row, field)}: found {found}, expected a name of 1 to {LONGEST_NAME}",
            remedy="Write the name as the person writes it, or take the line out.",
        )
    return text


def _seen(cell: str) -> str:
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]  # Canvas's, around a name that a spreadsheet would calculate
    return "".join(filter(str.isprintable, " ".join(plain(cell, LONGEST_CELL).split()))).strip()


def _turned(name: str) -> str:
    """
    >>> _turned("Martin, Alice"), _turned("King, Martin Luther, Jr."), _turned("Cher")
    ('Alice Martin', 'Martin Luther King, Jr.', 'Cher')
    """
    last, *others = (part.strip() for part in name.split(","))
    return ", ".join((f"{others[0]} {last}".strip(), *others[1:])) if others else last


def _email(row: Row, columns: Columns) -> str:
    found = columns.cell(row, "email")
    login = columns.cell(row, "username")
    if not found and "email" not in columns.at and is_email(login):
        return login  # Canvas has no addresses but those that people sign in with
    if found and not is_email(found):
        raise UsageError(
            f"{columns.place(row, 'email')}: found {found[:80]!r}, expected one address such as "
            "ada@example.com",
            remedy="Mend it, or leave it empty.",
        )
    return found


def _team(row: Row, columns: Columns) -> str:
    found = " ".join(plain(columns.cell(row, "team"), LONGEST_CELL).split())
    if columns.several_groups and "," in found:
        raise UsageError(
            f"{columns.place(row, 'team')}: found {plain(found, 80)!r}, expected one group",
            remedy="Add a column with the team alone and name it: --columns team=COLUMN; or, if these groups "
            "are no teams, say that no column has them: --columns team=",
        )
    return found


def _choices(row: Row, columns: Columns, lab: Lab) -> dict[str, str]:
    found = {}
    for choice in lab.choices:
        cell = columns.cell(row, choice.key)
        if not cell:
            continue
        same = [value for value in choice.one_of if value.casefold() == cell.casefold()]
        if not same:
            near = difflib.get_close_matches(cell.casefold(), choice.one_of, n=1)
            raise UsageError(
                f"{columns.place(row, choice.key)}: found {cell[:80]!r}, expected one of "
                + ", ".join(choice.one_of),
                remedy=f"Did you mean {near[0]!r}?" if near else "Choose one of them, or leave it empty.",
            )
        found[choice.key] = same[0]
    return found


def _own(row: Row, columns: Columns, lab: Lab) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, path in lab.own.items():
        cell = columns.cell(row, key)
        if not cell:
            continue
        table, _, name = path.partition(".")
        usual = getattr(getattr(lab.parameters, table), name)
        try:
            found[key] = msgspec.convert(cell, type(usual), strict=False)
            lab_of(lab, Member("one", "One", own={key: found[key]}))
        except (msgspec.ValidationError, UsageError):
            raise UsageError(
                f"{columns.place(row, key)}: found {cell[:80]!r}, expected a value such as {usual!r}",
                remedy="Mend it, or leave it empty for what the lab says.",
            ) from None
    return found


def _targets(row: Row, columns: Columns) -> dict[str, str]:
    found = {}
    for key in TARGETS:
        cell = columns.cell(row, key)
        if cell and "://" not in cell:
            raise UsageError(
                f"{columns.place(row, key)}: found {cell[:80]!r}, expected an address such as gh://NAME",
                remedy="Write its kind before it: gh://, ssh://, docker://.",
            )
        if cell:
            found[key] = cell
    return found


def _once(everyone: tuple[Person, ...], columns: Columns, field: str) -> None:
    seen: dict[str, Person] = {}
    for person in everyone:
        value = columns.cell(person.row, field).casefold()
        if not value:
            continue
        if value in seen:
            raise UsageError(
                f"{columns.place(person.row, field)}: found {columns.cell(person.row, field)[:80]!r}, which "
                f"is in line {seen[value].row.line} too",
                remedy="Take one of the two lines out.",
            )
        seen[value] = person

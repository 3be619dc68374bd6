"""Which column of a sheet says what: as its headings tell, or as somebody has said."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Lab
from pytest_cloudlab.people.headings import CANVAS, HEADINGS, SEVERAL_GROUPS, plain
from pytest_cloudlab.people.sheet import Row, Sheet

TARGETS = ("codespace", "laptop")


@dataclass(frozen=True)
class Columns:
    file: Path
    header: tuple[str, ...]
    at: Mapping[str, int]
    """Field -> index of its column: one of `HEADINGS`, a choice of the lab, or a parameter of a member's."""
    canvas: bool = False
    """Canvas has rows that are nobody's, and turns names around: "Martin, Alice"."""

    def cell(self, row: Row, field: str) -> str:
        """Empty where there is no such column."""
        return row.cells[self.at[field]] if field in self.at else ""

    def place(self, row: Row, field: str) -> str:
        return f"{self.file}: line {row.line}, column {self.header[self.at[field]]}"

    @property
    def several_groups(self) -> bool:
        return "team" in self.at and plain(self.header[self.at["team"]]) in SEVERAL_GROUPS


def find_columns(sheet: Sheet, said: Mapping[str, str], lab: Lab) -> Columns:
    """`said` has a column's heading by field; an empty one says that the sheet has no such column.

    Raises `UsageError` for a heading that there is not, or twice, and where nobody's name would be known.
    """
    choices = [choice.key for choice in lab.choices]
    canvas = any(plain(heading) in CANVAS for heading in sheet.header)
    wanted: dict[str, tuple[str, ...]] = {key: (plain(key),) for key in (*choices, *lab.own)}
    wanted |= _canvas(HEADINGS) if canvas else HEADINGS
    for field in said:
        if field not in wanted:
            near = difflib.get_close_matches(field, wanted, n=1)
            raise UsageError(
                f"{sheet.file}: columns: there is no field {field!r}",
                remedy=(f"Did you mean {near[0]!r}? " if near else "") + f"Fields: {', '.join(wanted)}.",
            )
    at = {field: _said(sheet, field, heading) for field, heading in said.items() if heading}
    for field, headings in wanted.items():
        if field in said:
            continue
        found = _found(sheet, headings)
        if found is not None and found not in at.values():
            at[field] = found
    _names(sheet, at, said)
    return Columns(sheet.file, sheet.header, at, canvas)


def _canvas(headings: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Its ID is a number of its own."""
    return {**headings, "id": (), "number": (*headings["number"], "id")}


def _names(sheet: Sheet, at: dict[str, int], said: Mapping[str, str]) -> None:
    if "first_name" in at and "last_name" not in at and "name" in at and "name" not in said:
        at["last_name"] = at.pop("name")  # beside a first name, a name is the other one
    if not {"name", "first_name", "last_name"} & set(at):
        raise UsageError(
            f"{sheet.file}: no column is known to have people's names; found {_listed(sheet)}",
            remedy="Say which one has them: --columns name=COLUMN, or name under [columns] of a teams.toml. "
            "The first line has to be the headings.",
        )


def _said(sheet: Sheet, field: str, heading: str) -> int:
    same = [i for i, one in enumerate(sheet.header) if one == heading.strip()]
    same = same or [i for i, one in enumerate(sheet.header) if plain(one) and plain(one) == plain(heading)]
    if len(same) > 1:
        _twice(sheet, heading)
    if not same:
        near = difflib.get_close_matches(heading, sheet.header, n=1)
        raise UsageError(
            f"{sheet.file}: {field}: there is no column {heading!r}; found {_listed(sheet)}",
            remedy=f"Did you mean {near[0]!r}?" if near else "Name one of them.",
        )
    return same[0]


def _found(sheet: Sheet, headings: tuple[str, ...]) -> int | None:
    """The first of these that has something in it."""
    for heading in headings:
        same = [i for i, one in enumerate(sheet.header) if plain(one) == heading]
        filled = [i for i in same if any(row.cells[i] for row in sheet.rows)]
        if len(filled) > 1:
            _twice(sheet, sheet.header[filled[0]])
        if filled:
            return filled[0]
    return None


def _twice(sheet: Sheet, heading: str) -> NoReturn:
    raise UsageError(
        f"{sheet.file}: the column {heading!r} is there twice", remedy="Give one of them another heading."
    )


def _listed(sheet: Sheet) -> str:
    shown = ", ".join(heading[:40] for heading in sheet.header[:12] if heading)
    return shown + (", …" if len(sheet.header) > 12 else "")

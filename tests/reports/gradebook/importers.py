"""What Canvas and Moodle do with a CSV, as their importers do it: enough to see who gets which grade."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Person:
    id: int
    name: str
    login: str = ""
    sis: str = ""
    grade: str = ""


@dataclass
class Canvas:
    """A course with one assignment, called Knots (4711)."""

    people: Sequence[Person]
    unknown: list[str] = field(default_factory=list)
    points: str = ""

    def take(self, path: Path) -> dict[str, str]:
        """Login -> what the import changes their grade to."""
        text = path.read_bytes().decode()
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        header = rows[0]
        assert "Student" in header[0]
        assert "ID" in header[1]
        assert re.fullmatch(r"SIS\s+User\s+ID", header[2])
        assert re.fullmatch(r"SIS\s+Login\s+ID", header[3])
        section = next(at for at in (4, 5, 6) if "Section" in header[at])
        (column,) = range(section + 1, len(header))
        changes = {}
        for row in rows[1:]:
            if "Points Possible" in row[0]:
                self.points = row[column]
                continue
            person = self._person(row)
            if person is None:
                self.unknown.append(row[0])
            elif row[column] != person.grade:
                changes[person.login] = row[column]
        return changes

    def _person(self, row: list[str]) -> Person | None:
        number = int((re.match(r"\s*\d+", row[1]) or ["0"])[0])
        found = (
            *(one for one in self.people if one.id == number),
            *(one for one in self.people if row[2] and one.sis == row[2]),
            *(one for one in self.people if row[3] and one.login == row[3]),
            *(one for one in self.people if one.name == row[0]),
        )
        return found[0] if found else None


class Refused(Exception):
    """Nothing at all was imported."""


@dataclass
class Moodle:
    """A course of people, by the field that the instructor chose in the import's form."""

    people: dict[str, str]
    """What the field says -> user name."""

    def take(self, path: Path, field_: str) -> dict[str, tuple[str, str]]:
        """User name -> grade and feedback."""
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""), strict=True))
        header = rows[0]
        who, grade, said = header.index(field_), len(header) - 2, len(header) - 1
        taken = {}
        user = None
        for row in rows[1:]:
            if row[who].strip():
                if row[who] not in self.people:
                    raise Refused(f"no user {row[who]!r}")
                user = self.people[row[who]]
            # The one of the row before stays, where this one says nobody.
            if user is None:
                raise Refused("nobody is said")
            if row[grade] and float(row[grade]) > 100:
                raise Refused("above 100")
            taken[user] = (row[grade] if row[grade].strip("-") else "taken away", row[said])
        return taken

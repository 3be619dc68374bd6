"""A CSV for Canvas: the rows of its own export with their grade, or rows made from the roster.

What its importer does decides what stands here. A blank over a grade is a change, so whoever has no grade
has no row. It knows people by `ID`, then by `SIS User ID`, by `SIS Login ID`, and at last by name. `ID` is
read as a number, so nothing of the roster's may stand there: it could be a stranger's. There is no byte order
mark: it would be taken for a part of `Student`.
"""

from __future__ import annotations

import re
from operator import attrgetter
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import write_atomically
from pytest_cloudlab.model import same_text
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports import number
from pytest_cloudlab.reports.gradebook.book import Book, Written
from pytest_cloudlab.reports.gradebook.cells import Cell, as_csv
from pytest_cloudlab.reports.gradebook.export import Export
from pytest_cloudlab.reports.gradebook.matching import Row, Sign, match, same_address

IDENTITY = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS = "Points Possible"
"""A row whose first cell has these words is about the assignment, whoever is called so."""
EXCUSED = "EX"
WITH_ID = re.compile(r"(.+?)\s*\((\d+)\)")


def write(book: Book, path: Path) -> Written:
    """Write the grades to `path`. Raises `UsageError` when that cannot be written, or when the export has
    no column for the assignment."""
    rows, done = _completed(book, book.export) if book.export else _made(book)
    write_atomically(path, as_csv(rows))
    return done


def _made(book: Book) -> tuple[list[list[Cell]], Written]:
    """Rows from the roster alone."""
    done = Written(left_out=book.only_gradable(same_address(book.everyone)))
    unclear = {one.member.id for one in done.left_out}
    if not book.assignment and WITH_ID.fullmatch(book.title):
        raise UsageError(
            f"Canvas would take the number in {plain(book.title, 80)!r} for that of an assignment",
            remedy='Say what the assignment is called there: --assignment "Knots (4711)".',
        )
    rows: list[list[Cell]] = [[*IDENTITY, book.title], [POINTS, "", "", "", "", book.out_of]]
    for grade, score in book.gradable:
        member = grade.member
        if member.id not in unclear:
            rows.append([_student(member.name), "", member.id, member.email or member.id, "", score])
            done.grades += 1
    if not WITH_ID.fullmatch(book.title):
        done.notes.append(
            f"Canvas looks for an assignment called {plain(book.title, 80)!r}, and offers to make one where "
            "there is none"
        )
    return rows, done


def _completed(book: Book, export: Export) -> tuple[list[list[Cell]], Written]:
    """The rows of the export that are somebody's, with who they are and the one grade."""
    if "Section" not in export.header or "ID" not in export.header:
        raise export.refuse(
            f"not a gradebook of Canvas's: no columns 'ID' and 'Section' among {export.columns}",
            "In Canvas: Grades, Export, Export Entire Gradebook.",
        )
    identity = export.header.index("Section") + 1
    at = _column(book, export, identity)
    about = [row for row in export.rows if POINTS in row[0] and not export.cell(row, "ID")]
    people = [row for row in export.rows if row not in about and any(row[:identity])]
    if about and "read only" in about[0][at]:
        raise export.refuse(
            f"Canvas takes no grades for {plain(export.header[at], 80)!r}: it is read only there",
            "Name another assignment: --assignment.",
        )
    theirs, left_out = match(book.everyone, people, _signs(export))
    done = Written(left_out=book.only_gradable(left_out))
    rows: list[list[Cell]] = [[*export.header[:identity], export.header[at]]]
    rows += [[*row[:identity], row[at]] for row in about[:1]]
    for grade, score in book.gradable:
        row = theirs.get(grade.member.id)
        if row is None:
            continue
        if row[at].strip().upper() == EXCUSED:
            done.notes.append(f"{grade.team.id}/{grade.member.id} is excused in Canvas, and left so")
            continue
        rows.append([_student(row[0]), *row[1:identity], score])
        done.grades += 1
    worth = _points(about[0][at]) if about else None
    if worth is not None and worth != book.out_of:
        done.notes.append(
            f"the assignment has {number(worth)} points in Canvas, and these grades are out of "
            f"{number(book.out_of)}: --points {number(worth)} scales them"
        )
    return rows, done


def _column(book: Book, export: Export, identity: int) -> int:
    wanted = book.title
    found = []
    for at, name in enumerate(export.header[identity:], identity):
        known = WITH_ID.fullmatch(name)
        if known and (same_text(name, wanted) or same_text(known[1], wanted)):
            found.append(at)
    if len(found) != 1:
        names = [name for name in export.header[identity:] if WITH_ID.fullmatch(name)]
        raise export.refuse(
            f"{len(found) or 'no'} columns are called {plain(wanted, 80)!r}; "
            f"the assignments: {plain(', '.join(names), 400) or 'none'}",
            'Name the one to fill, with its number: --assignment "Knots (4711)".',
        )
    return found[0]


def _signs(export: Export) -> list[Sign]:
    login, user = "SIS Login ID", "SIS User ID"
    slug, email = attrgetter("id"), attrgetter("email")
    return [
        Sign(login, email, lambda row: export.cell(row, login)),
        Sign(login, slug, lambda row: export.cell(row, login)),
        Sign(user, slug, lambda row: export.cell(row, user)),
        Sign("ID", slug, lambda row: export.cell(row, "ID")),
        Sign("name", lambda member: _usual(member.name), lambda row: _usual(_exported_name(export, row))),
    ]


def _exported_name(export: Export, row: Row) -> str:
    first_last = f"{export.cell(row, 'FirstName')} {export.cell(row, 'LastName')}"
    return export.cell(row, "Student") or first_last.strip()


def _usual(name: str) -> str:
    """`Martin, Alice` as `Alice Martin`."""
    last, comma, first = name.partition(",")
    return f"{first} {last}" if comma else name


def _student(name: str) -> str:
    return "" if POINTS in name else name


def _points(cell: str) -> float | None:
    """What the assignment is worth in Canvas, which writes a comma where the country does."""
    return float(cell.replace(",", ".")) if re.fullmatch(r"\d+(?:[.,]\d+)?", cell.strip()) else None

"""A CSV for Moodle, with three columns to know people by: whoever imports it chooses one.

What its importer does decides what stands here. One unknown user ends the whole import; with Moodle's own
export, nobody unknown is in it. A blank or a `-` for a grade takes the one away that is there, so whoever has
no grade has no row. A blank in the column that people are known by gives the grade to the person of the row
above: such a column is left empty for all, which Moodle refuses.
"""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import write_atomically
from pytest_cloudlab.reports import number
from pytest_cloudlab.reports.gradebook.book import Book, LeftOut, Written
from pytest_cloudlab.reports.gradebook.cells import Cell, as_csv, harmless
from pytest_cloudlab.reports.gradebook.export import Export
from pytest_cloudlab.reports.gradebook.matching import Row, Sign, match, same_address

IDENTITY = ("Email address", "ID number", "Username")
HIGHEST = 100
"""Unless a site allows more, one grade above ends the import."""


def write(book: Book, path: Path) -> Written:
    """Write the grades to `path`. Raises `UsageError` when that cannot be written, for grades out of more
    than Moodle takes, and for an export that says nobody's address, number or user name."""
    if book.out_of > HIGHEST:
        raise UsageError(
            f"Moodle refuses grades above {HIGHEST}, and these are out of {number(book.out_of)}",
            remedy=f"Scale them: --points {HIGHEST}.",
        )
    done = Written()
    known = _in_export(book, book.export, done) if book.export else _in_roster(book, done)
    known = _without_gaps(book, known, done)
    rows: list[list[Cell]] = [[*IDENTITY, book.title, f"{book.title} feedback"]]
    for grade, score in book.gradable:
        if grade.member.id in known:
            rows.append([*known[grade.member.id], score, grade.feedback])
            done.grades += 1
    write_atomically(path, as_csv(rows))
    return done


Known = dict[str, tuple[str, ...]]
"""Member id -> address, number and user name."""


def _in_roster(book: Book, done: Written) -> Known:
    done.left_out += book.only_gradable(same_address(book.everyone))
    unclear = {one.member.id for one in done.left_out}
    members = [grade.member for grade, _ in book.gradable if grade.member.id not in unclear]
    return {one.id: (one.email, one.id, one.id) for one in members}


def _in_export(book: Book, export: Export, done: Written) -> Known:
    if not {*IDENTITY} & {*export.header}:
        raise export.refuse(
            f"none of the columns {', '.join(IDENTITY)} is among {export.columns}",
            "In Moodle, in English: Grades, Export, Plain text file.",
        )
    theirs, left_out = match(book.everyone, export.rows, _signs(export))
    done.left_out += book.only_gradable(left_out)
    known = {}
    for grade, _ in book.gradable:
        row = theirs.get(grade.member.id)
        if row is None:
            continue
        cells = tuple(export.cell(row, name) for name in IDENTITY)
        if any(harmless(cell) != cell for cell in cells):
            why = "a spreadsheet would compute their address, number or user name"
            done.left_out.append(LeftOut(grade.member, why))
            continue
        known[grade.member.id] = cells
    return known


def _without_gaps(book: Book, known: Known, done: Written) -> Known:
    """Each column filled for everybody or for nobody; the one that most have decides who stays."""
    columns = range(len(IDENTITY))
    surest = max(columns, key=lambda at: sum(bool(cells[at]) for cells in known.values()))
    for grade, _ in book.gradable:
        if grade.member.id in known and not known[grade.member.id][surest]:
            done.left_out.append(
                LeftOut(grade.member, f"has no {IDENTITY[surest]} there, as the others have")
            )
    kept = {who: cells for who, cells in known.items() if cells[surest]}
    whole = [at for at in columns if all(cells[at] for cells in kept.values())]
    for at in columns:
        if at not in whole and any(cells[at] for cells in kept.values()):
            done.notes.append(f"{IDENTITY[at]} is left empty, as some have none: choose another in Moodle")
    return {
        who: tuple(cell if at in whole else "" for at, cell in enumerate(cells))
        for who, cells in kept.items()
    }


def _signs(export: Export) -> list[Sign]:
    address, id_number, user = IDENTITY
    return [
        Sign(address, attrgetter("email"), lambda row: export.cell(row, address)),
        Sign(user, attrgetter("id"), lambda row: export.cell(row, user)),
        Sign(id_number, attrgetter("id"), lambda row: export.cell(row, id_number)),
        Sign("name", attrgetter("name"), lambda row: _full_name(export, row)),
    ]


def _full_name(export: Export, row: Row) -> str:
    return f"{export.cell(row, 'First name')} {export.cell(row, 'Last name', 'Surname')}"

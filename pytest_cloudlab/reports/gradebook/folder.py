"""A file for each member, in a folder of the member's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import write_atomically
from pytest_cloudlab.reports.gradebook.book import Book, Written
from pytest_cloudlab.reports.gradebook.grade import Grade


def write_each(
    book: Book, folder: Path, name: str, content: Callable[[Grade, float], msgspec.Struct]
) -> Written:
    """`folder/MEMBER/name` for everybody who has a grade.

    Of others an earlier file is taken away: it would be uploaded as what it no longer is.
    """
    done = Written()
    for grade, score in book.gradable:
        data = msgspec.json.format(msgspec.json.encode(content(grade, score)), indent=2)
        write_atomically(folder / grade.member.id / name, data + b"\n")
        done.grades += 1
    for grade in book.not_yet:
        earlier = folder / grade.member.id / name
        if earlier.is_file():
            try:
                earlier.unlink()
            except OSError as error:
                raise UsageError(
                    f"{earlier}: of an earlier run, and cannot be deleted ({error.strerror})",
                    remedy="Delete it, or name another folder.",
                ) from error
            done.notes.append(f"{earlier}: was of an earlier run, and is gone")
    return done

"""A CSV in whatever encoding and dialect it was exported, into rows that know their line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.people.headings import recognised
from pytest_cloudlab.redaction import plain

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")
"""Files with these names hold people, or were meant to; a workbook is told so."""
MAX_BYTES = 64 << 20
"""Ten thousand people with the grades of a whole term stay below."""
LONGEST_HEADING = 120
DELIMITERS = ",;\t|"
AGAIN = "Export it again as CSV, in UTF-8."

_SEP = re.compile(r"sep=(.)\r?\n")
"""What Excel writes, and reads, ahead of the headings."""
_UTF8_LETTER = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")


@dataclass(frozen=True)
class Row:
    line: int
    """Where it begins, counted from 1."""
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    file: Path
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    """Each has as many cells as the header."""


def read_sheet(file: Path) -> Sheet:
    """Raises `UsageError` saying what the file is, or the line that is no CSV."""
    text = _text(_bytes(file), file)
    skipped = 0
    if found := _SEP.match(text):
        text, skipped, delimiter = text[found.end() :], 1, found[1]
    else:
        delimiter = max(DELIMITERS, key=lambda one: _fits(text, one))
    rows = _rows(text, delimiter, file, skipped)
    header = next(rows, None)
    if header is None:
        raise UsageError(f"{file}: there is nothing in it", remedy=AGAIN)
    headings = tuple(" ".join(plain(cell, LONGEST_HEADING).split()) for cell in header.cells)
    return Sheet(file, headings, tuple(_as_wide(row, len(header.cells), file) for row in rows))


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise UsageError(f"{file}: larger than {MAX_BYTES >> 20} MiB", remedy="Is it the right file?")
        data = file.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{file}: there is no such file", remedy="Check the path.") from None
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror})", remedy="Check the path.") from None
    if data.startswith(b"PK\x03\x04"):
        what = "an Excel workbook" if b"xl/" in data else "a workbook or another zip"
        raise UsageError(f"{file}: this is {what}, no CSV", remedy="Open it and export it as CSV, in UTF-8.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UsageError(
            f"{file}: this is an old Excel workbook, no CSV", remedy="Open it and export it as CSV, in UTF-8."
        )
    if data[:256].lstrip().lower().startswith((b"<!doctype", b"<html")):
        raise UsageError(
            f"{file}: this is a web page, no CSV", remedy="Sign in to the LMS, and export it again."
        )
    return data


def _text(data: bytes, file: Path) -> str:
    """UTF-8, UTF-16 with its mark, or Windows-1252, which Excel writes in the west of Europe."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return _without_nul(data.decode("utf-16"), file)
        return _without_nul(data.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        bad = error
    line = data.count(b"\n", 0, bad.start) + 1
    # Text that is UTF-8 elsewhere is UTF-8 that was damaged: read as another encoding, every name would be.
    damaged = bad.encoding != "utf-8" or _UTF8_LETTER.search(data)
    if not damaged:
        try:
            return _without_nul(data.decode("cp1252"), file)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    raise UsageError(
        f"{file}: line {line}: found a byte that is neither UTF-8 nor Windows-1252, expected text",
        remedy=AGAIN,
    )


def _without_nul(text: str, file: Path) -> str:
    at = text.find("\0")
    if at >= 0:
        line = text.count("\n", 0, at) + 1
        raise UsageError(f"{file}: line {line}: found a NUL byte, expected text", remedy=AGAIN)
    return text


def _fits(text: str, delimiter: str) -> tuple[int, int]:
    """How many headings are known, and how many there are, if that is what stands between them."""
    try:
        header = next(row for row in csv.reader(_lines(text), delimiter=delimiter) if any(row))
    except (StopIteration, csv.Error):
        return 0, 0
    return recognised(header), len(header)


def _lines(text: str) -> Iterator[str]:
    return iter(io.StringIO(text, newline=""))


def _rows(text: str, delimiter: str, file: Path, skipped: int) -> Iterator[Row]:
    """Without those that are empty."""
    reader = csv.reader(_lines(text), delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        begins = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # What csv says depends on what stands behind the quote; where it began is what helps.
            ends = reader.line_num + skipped
            lines = f"line {begins}" if ends <= begins else f"lines {begins} to {ends}"
            raise UsageError(
                f"{file}: {lines}: found a quote that is opened and not closed as CSV wants it",
                remedy=f'Close it in line {begins}; a quote inside a quoted cell is written twice: "".',
            ) from None
        if any(cell.strip() for cell in cells):
            yield Row(begins, tuple(cell.strip() for cell in cells))


def _as_wide(row: Row, width: int, file: Path) -> Row:
    """As wide as the header; a spreadsheet leaves out cells at the end, or adds empty ones."""
    if any(row.cells[width:]):
        raise UsageError(
            f"{file}: line {row.line}: found {len(row.cells)} cells, expected {width} as in the headings",
            remedy="Put quotes around a cell that has the separator in it.",
        )
    return Row(row.line, (*row.cells[:width], *[""] * (width - len(row.cells))))

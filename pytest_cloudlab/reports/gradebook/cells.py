"""CSV that a spreadsheet may open: no text in it is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from pytest_cloudlab.redaction import plain, redact
from pytest_cloudlab.reports import number

LONGEST_CELL = 300
BOM = b"\xef\xbb\xbf"
# A tab or a line break before the sign is taken out by `plain`. Full-width signs are formulas where Excel is
# Japanese. Where Excel separates by semicolons, it cuts our cells at them, and what follows begins a cell.
_FORMULA = re.compile(r"(^|;)(\s*)(?=[=+\-@＝＋－＠])")

Cell = str | int | float
"""A text comes from somebody else and is made harmless; a number is our own."""


def harmless(text: str, limit: int = LONGEST_CELL) -> str:
    """One plain line that no spreadsheet computes.

    >>> harmless('=HYPERLINK("http://evil.example","x")')
    '\\'=HYPERLINK("http://evil.example","x")'
    """
    return _FORMULA.sub(r"\1\2'", plain(redact(text), limit))


def as_csv(rows: Iterable[Sequence[Cell]], *, bom: bool = False) -> bytes:
    """The rows, separated by commas, in UTF-8."""
    page = io.StringIO(newline="")
    writer = csv.writer(page)
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else number(cell) for cell in row])
    return (BOM if bom else b"") + page.getvalue().encode()

"""The CSV that a gradebook exported, to be completed and imported again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.redaction import plain

MAX_BYTES = 32 << 20
# An assignment's title may have more commas than the header has semicolons, so the first one decides.
_FIRST_CELL = re.compile(r"""(?:"(?:[^"]|"")*"|[^",;\t\r\n]*)([,;\t])""")


@dataclass(frozen=True)
class Export:
    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Each as long as the header."""

    def cell(self, row: Sequence[str], *names: str) -> str:
        """What stands under the first of the names that the header has; empty where it has none."""
        for name in names:
            if name in self.header:
                return row[self.header.index(name)].strip()
        return ""

    def refuse(self, what: str, remedy: str) -> UsageError:
        return UsageError(f"{self.path}: {what}", remedy=remedy)

    @property
    def columns(self) -> str:
        """The header, for an error."""
        return plain(", ".join(repr(name) for name in self.header), 400)


def read_export(path: Path) -> Export:
    """Raises `UsageError` for what is no table in UTF-8 with a header and a row."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise UsageError(f"{path}: larger than {MAX_BYTES:,} bytes", remedy="Is it the right file?")
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})", remedy="Check the path.") from None
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path}: not UTF-8 at byte {error.start}",
            remedy="Give the file as it was exported; a spreadsheet program may have changed it.",
        ) from None
    found = _FIRST_CELL.match(text)
    separator = found[1] if found else ","
    try:
        table = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(row)]
    except csv.Error as error:
        raise UsageError(f"{path}: not CSV ({error})", remedy="Export it again.") from None
    if len(table) < 2 or len(table[0]) < 2:
        raise UsageError(
            f"{path}: expected a header and a row for each person, separated by commas, semicolons or tabs",
            remedy="Export the gradebook as CSV.",
        )
    header = tuple(name.strip() for name in table[0])
    width = len(header)
    return Export(path, header, tuple((*row, *[""] * width)[:width] for row in table[1:]))

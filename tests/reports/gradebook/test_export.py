"""What a gradebook exported: read whatever separates it, or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.reports.gradebook.export import read_export


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_table_is_read(tmp_path: Path, separator: str, end: str) -> None:
    """Also one with quotes, a line break in a cell, an empty line, and rows of other lengths."""
    lines = [
        '"Na""me"',
        f'"Martin{separator} Alice"{separator}1',
        f'"two\nlines"{separator}2{separator}3{separator}4',
        "",
    ]
    text = f'"Na""me"{separator}Mark{separator} Note {end}' + end.join(lines[1:]) + end + "short" + end
    (tmp_path / "e.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    export = read_export(tmp_path / "e.csv")
    assert export.header == ('Na"me', "Mark", "Note")
    assert export.rows == ((f"Martin{separator} Alice", "1", ""), ("two\nlines", "2", "3"), ("short", "", ""))
    assert export.cell(export.rows[0], "Nothing", "Mark") == "1"
    assert export.cell(export.rows[0], "Nothing") == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "expected a header"),
        (b"Student,ID\r\n", "expected a header"),
        (b"Student\r\nAlice\r\n", "expected a header"),
        ("Élève,ID\r\nZoë,1\r\n".encode("latin-1"), "not UTF-8 at byte 0"),
        ("a,b\nc,d\n".encode("utf-16"), "not UTF-8"),
        (b"a,b\n" + b"x" * 200_000 + b",1\n", "not CSV"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "e.csv").write_bytes(data)
    with pytest.raises(UsageError, match=said):
        read_export(tmp_path / "e.csv")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.csv"):
        read_export(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        read_export(tmp_path)

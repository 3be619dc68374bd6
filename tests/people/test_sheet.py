"""CSVs in every encoding and dialect that programs write, and files that are none."""

from __future__ import annotations

import codecs
import io
import zipfile
from pathlib import Path

import pytest

from pytest_cloudlab.people import sheet
from pytest_cloudlab.people.sheet import read_sheet
from tests.people.lists import refused, write

TEXT = 'name,email\nZoë,zoe@example.org\n"Martin, Alice",a@example.org\n'


def workbook(member: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(member, "<x/>")
    return packed.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("\n", "\n\n").encode(),
        TEXT.replace(",", ", ").replace('"Martin,  A', '"Martin, A').encode(),
        TEXT.replace(",", ";").replace("Martin;", "Martin,").encode(),
        TEXT.replace(",", "\t").replace("Martin\t", "Martin,").encode(),
        b"sep=;\r\n" + TEXT.replace(",", ";").replace("Martin;", "Martin,").encode(),
        TEXT.replace("e,email\n", "e,email,,\n").replace("org\n", "org,,\n").encode(),
        TEXT.replace("\n", ",\n").replace("email,", "email").encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-be", "cp1252", "crlf", "cr", "blank lines", "spaces", "semicolons",
         "tabs", "sep=", "empty columns", "empty cells"],
)  # fmt: skip
def test_the_same_list_is_read_whatever_wrote_it(tmp_path: Path, data: bytes) -> None:
    read = read_sheet(write(tmp_path, data))
    assert read.header[:2] == ("name", "email")
    cells = [row.cells[:2] for row in read.rows]
    assert cells == [("Zoë", "zoe@example.org"), ("Martin, Alice", "a@example.org")]


def test_titles_full_of_commas_do_not_make_it_a_list_with_commas(tmp_path: Path) -> None:
    """Canvas, in a language where numbers have commas: semicolons between the cells."""
    text = 'Student;ID;SIS Login ID;Lab 1, 2, 3, 4, 5, 6 (7)\n"Martin, Alice";7;a;12,5\n'
    assert read_sheet(write(tmp_path, text)).rows[0].cells == ("Martin, Alice", "7", "a", "12,5")


def test_rows_know_the_line_that_they_begin_in(tmp_path: Path) -> None:
    """Quoted line breaks and empty lines are lines too."""
    text = 'name,"a\nheading"\n\nAlice,"two\nlines"\nBob,one\n'
    read = read_sheet(write(tmp_path, text))
    assert read.header == ("name", "a heading")
    assert [(row.line, row.cells) for row in read.rows] == [(4, ("Alice", "two\nlines")), (6, ("Bob", "one"))]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (workbook("xl/workbook.xml"), ": this is an Excel workbook, no CSV"),
        (workbook("content.xml"), ": this is a workbook or another zip, no CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ": this is an old Excel workbook, no CSV"),
        (b"\n<!DOCTYPE html><title>Sign in", ": this is a web page, no CSV"),
        (b"", ": there is nothing in it"),
        (b"\n ,\n", ": there is nothing in it"),
        (b"name\nAlice\nBo\0b\n", ": line 3: found a NUL byte"),
        (TEXT.encode("utf-16-le"), ": line 1: found a NUL byte"),
        (b"name\nAlice\n\x81\n", ": line 3: found a byte that is neither UTF-8 nor Windows-1252"),
        ("name\nZoë\nZo".encode() + b"\xeb\n", ": line 3: found a byte that is neither UTF-8"),
        (codecs.BOM_UTF16_LE + b"a\0b", ": line 1: found a byte that is neither UTF-8"),
        (b'name,team\nBob,b\n"Alice,a\nCarl,c\n', ": lines 3 to 4: found a quote that is opened"),
        (b'name,team\n"Alice,a\n"Bob",b\n', ": lines 2 to 3: found a quote that is opened and not closed"),
        (b'name,team\n"Al"ice,a\n', ": line 2: found a quote that is opened and not closed"),
        (b'sep=;\nname;team\n"Alice;a\n', ": line 3: found a quote"),
        (b'name,team\n"' + b"Alice,a\n" * 40_000, ": lines 2 to 16386: found a quote"),
        (b"name,team\nMartin, Alice,a\n", ": line 2: found 3 cells, expected 2 as in the headings"),
    ],
    ids=["xlsx", "ods", "xls", "page", "empty", "blank", "nul", "utf-16 without mark", "binary",
         "damaged utf-8", "damaged utf-16", "unclosed", "closed by the next", "inner quote", "sep=", "huge",
         "comma"],
)  # fmt: skip
def test_what_is_no_csv_is_said_with_its_line(tmp_path: Path, data: bytes, said: str) -> None:
    file = write(tmp_path, data)
    assert refused(lambda: read_sheet(file)).startswith(f"{file}{said}")


def test_a_file_that_is_not_there_or_too_large_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "there is no such file" in refused(lambda: read_sheet(tmp_path / "none.csv"))
    assert "cannot be read (Is a directory)" in refused(lambda: read_sheet(tmp_path))
    monkeypatch.setattr(sheet, "MAX_BYTES", 3)
    assert "larger than" in refused(lambda: read_sheet(write(tmp_path, "name\nAlice\n")))


def test_a_heading_cannot_steer_a_terminal(tmp_path: Path) -> None:
    assert read_sheet(write(tmp_path, "na\x1b[31mme\nA\n")).header == ("name",)

"""The table for people: everybody is in it, and who is not gradable has no points."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.reports.gradebook import csv
from pytest_cloudlab.standing import card_of
from tests.reports import sample
from tests.reports.gradebook.classes import a_class, book, member, table


def test_no_points_are_no_zero(tmp_path: Path) -> None:
    """An empty cell and a state in words; a zero is a zero that was seen."""
    done = csv.write(book(), tmp_path / "grades.csv")
    rows = {row["member"]: row for row in table(tmp_path / "grades.csv")}
    assert {who: (row["points"], row["state"]) for who, row in rows.items()} == {
        "alice": ("16", "graded"),
        "bob": ("12", "graded"),
        "carol": ("0", "graded"),
        "dave": ("", "not gradable yet"),
        "erin": ("", "not gradable yet"),
    }
    assert done.grades == 3
    assert rows["bob"]["feedback"] == "Your image carries your name (1.1.3)."
    assert [rows["dave"][word] for word in ("achieved", "could not be judged", "not asked")] == [
        "9",
        "1",
        "0",
    ]
    assert rows["erin"]["not asked"] == "10"
    assert rows["alice"]["latest"] == "2025-11-21 09:31:03 UTC"


def test_what_only_a_receipt_has_seen_is_counted(tmp_path: Path) -> None:
    """Its points count, and whoever enters the grade can see how much of it nobody else has looked at."""
    card = a_class()[0]
    told = [sample.seen(check.name, sample.PASSED, source="receipt") for check in sample.CHECKS[:3]]
    seen = [sample.seen(check.name, sample.PASSED) for check in sample.CHECKS[3:]]
    again = card_of(card.lab, card.team, card.member, sample.CHECKS, [*told, *seen], final=True)
    csv.write(book([again]), tmp_path / "grades.csv")
    (row,) = table(tmp_path / "grades.csv")
    assert (row["points"], row["self-reported"]) == ("16", "3")
    (grade,) = book([again]).grades
    assert [grade.said(one) for one in again.standings[:4]] == [*["self-reported"] * 3, ""]


def test_excel_knows_its_alphabet(tmp_path: Path) -> None:
    """A byte order mark, UTF-8, and lines that end as Windows ends them."""
    csv.write(book(), tmp_path / "grades.csv")
    raw = (tmp_path / "grades.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfteam,member,name,")
    assert "عمر الخيام".encode() in raw
    assert raw.count(b"\r\n") == 6


@pytest.mark.parametrize("text", sample.HOSTILE)
def test_hostile_names_stay_in_their_cell(tmp_path: Path, text: str) -> None:
    csv.write(book(a_class(member("mallory", name=text))), tmp_path / "grades.csv")
    rows = table(tmp_path / "grades.csv")
    assert len(rows) == 6
    assert rows[-1]["points"] == "16"
    assert None not in rows[-1]
    assert not rows[-1]["name"].startswith("=")


def test_the_scale_is_in_the_table(tmp_path: Path) -> None:
    csv.write(book(points=20), tmp_path / "grades.csv")
    assert [(row["points"], row["out of"]) for row in table(tmp_path / "grades.csv")][:2] == [
        ("20", "20"),
        ("15", "20"),
    ]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=str(tmp_path)):
        csv.write(book(), tmp_path)

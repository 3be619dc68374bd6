"""Pictures and labels belong together; the digits that come with the lab do not overlap."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.weights import Digits, Preparation, read_digits
from pytest_cloudlab.weights.idx import write_idx


def test_two_files_become_digits(tmp_path: Path) -> None:
    """One label a picture."""
    write_idx(tmp_path / "images", (2, 1, 3), b"abcdef")
    write_idx(tmp_path / "labels", (2,), b"\x07\x01")
    digits = read_digits(tmp_path / "images", tmp_path / "labels")
    assert digits == Digits(1, 3, b"abcdef", b"\x07\x01")
    assert len(digits) == 2


def test_labels_of_another_set_are_refused(tmp_path: Path) -> None:
    """Or accuracy would be measured against other pictures' labels."""
    write_idx(tmp_path / "images", (2, 1, 3), b"abcdef")
    write_idx(tmp_path / "labels", (3,), b"\x07\x01\x02")
    with pytest.raises(UsageError, match="found 3 labels, expected 2"):
        read_digits(tmp_path / "images", tmp_path / "labels")


def test_a_picture_in_two_sets_is_noticed() -> None:
    """By its pixels, whatever its label."""
    one = Digits(1, 2, b"abcd", b"\x01\x02")
    other = Digits(1, 2, b"cdef", b"\x03\x04")
    assert len(one.hashes() & other.hashes()) == 1
    assert not one.hashes() & Digits(1, 2, b"bcda", b"\x01\x02").hashes()


@pytest.mark.parametrize(
    "table", [{"std": 0.0}, {"scale": -1.0}, {"mean": float("nan")}, {"mean": float("inf")}]
)
def test_a_preparation_that_gives_no_numbers_is_refused(table: dict[str, float]) -> None:
    """Dividing by nothing would make every model wrong."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(table, Preparation)

"""IDX files are read as MNIST comes, and nothing is believed of a file that it does not hold."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.weights.idx import read_idx, write_idx


@pytest.mark.parametrize("name", ["images", "images.gz"])
def test_what_is_written_is_read(tmp_path: Path, name: str) -> None:
    """Packed or not, and the same bytes each time."""
    file = tmp_path / name
    write_idx(file, (2, 3, 4), bytes(range(24)))
    first = file.read_bytes()
    assert read_idx(file, dimensions=3) == ((2, 3, 4), bytes(range(24)))
    write_idx(file, (2, 3, 4), bytes(range(24)))
    assert file.read_bytes() == first


def test_the_format_is_that_of_mnist(tmp_path: Path) -> None:
    """Its published header: magic number 2051, then counts, most significant byte first."""
    file = tmp_path / "images"
    file.write_bytes((2051).to_bytes(4, "big") + b"\0\0\0\1" + b"\0\0\0\x1c" * 2 + bytes(784))
    assert read_idx(file, dimensions=3)[0] == (1, 28, 28)
    write_idx(tmp_path / "labels", (3,), b"\7\2\1")
    assert (tmp_path / "labels").read_bytes() == (2049).to_bytes(4, "big") + b"\0\0\0\3\7\2\1"


def test_elements_that_are_not_the_shape_are_not_written(tmp_path: Path) -> None:
    """ValueError, and no file."""
    with pytest.raises(ValueError, match="5 elements do not make a shape of 2 x 3"):
        write_idx(tmp_path / "x", (2, 3), bytes(5))
    assert not (tmp_path / "x").exists()


HEADER = b"\0\0\x08\x01"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "found not an IDX file"),
        (b"hello, world", "found not an IDX file"),
        (b"\0\0\x0d\x01\0\0\0\1\0", "found elements of type 13, expected unsigned bytes"),
        (b"\0\0\x08\x03" + bytes(12), "found 3 dimensions, expected 1"),
        (HEADER + bytes(4), "a shape of 0, expected at least one element"),
        (HEADER + b"\xff\xff\xff\xff" + b"x", "a shape of 4294967295, expected at most 1,000 bytes"),
        (HEADER + b"\0\0\0\2" + b"x", "found 1 bytes of elements, expected 2"),
        (HEADER + b"\0\0\0\2" + b"xyz", "found 3 bytes of elements, expected 2"),
        (bytes(1_001), "found 1,001 bytes, expected at most 1,000"),
        (gzip.compress(HEADER + b"\0\0\0\2xy")[:-9], "a gzip file that was cut short"),
        (gzip.compress(HEADER)[:10] + b"\xff" * 20, "a damaged gzip file"),
        (gzip.compress(bytes(100_000)), "found more after unpacking, expected at most 1,000 bytes"),
    ],
    ids=["empty", "text", "floats", "3-dimensions", "nothing", "huge-claim", "short", "long", "too-long",
         "cut-gzip", "bad-gzip", "gzip-bomb"],
)  # fmt: skip
def test_other_files_are_refused(tmp_path: Path, data: bytes, said: str) -> None:
    """Each with what was found and what was expected."""
    file = tmp_path / "labels"
    file.write_bytes(data)
    with pytest.raises(UsageError) as told:
        read_idx(file, dimensions=1, max_bytes=1_000)
    assert said in told.value.message
    assert str(file) in told.value.message
    assert "[data]" in told.value.remedy


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe without a writer, a folder, a path to nothing."""
    os.mkfifo(tmp_path / "pipe")
    for name, said in [("pipe", "is no regular file"), (".", "is no regular file"), ("none", "no file")]:
        with pytest.raises(UsageError, match=said):
            read_idx(tmp_path / name, dimensions=1)


def test_a_sparse_file_is_not_read(tmp_path: Path) -> None:
    """Its size is looked at first."""
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(10 << 30)
    with pytest.raises(UsageError, match="found 10,737,418,240 bytes"):
        read_idx(tmp_path / "sparse", dimensions=1)

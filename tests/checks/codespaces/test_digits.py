"""The digits that come with the lab are scikit-learn's, in MNIST's form, and held-out ones are held out."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_cloudlab.weights import Digits, read_digits

RESOURCES = Path(__file__).parents[3] / "checks" / "codespaces" / "resources"
REPOSITORY = RESOURCES.parent / "repositories" / "fchouteau" / "isae-cloud-computing-codespace"
DATA = REPOSITORY / "training" / "data"


def digits(kind: str) -> Digits:
    return read_digits(DATA / f"{kind}-images-idx3-ubyte.gz", DATA / f"{kind}-labels-idx1-ubyte.gz")


def test_no_digit_is_both_learnt_and_held_out() -> None:
    """By the hash of its pixels; and all of scikit-learn's are there but those that two sets would share."""
    train, unseen = digits("train"), digits("t10k")
    assert not train.hashes() & unseen.hashes()
    assert 1_790 <= len(train) + len(unseen) <= 1_797
    assert len(unseen) > 350


@pytest.mark.parametrize("kind", ["train", "t10k"])
def test_they_look_like_those_of_mnist(kind: str) -> None:
    """28 x 28 with an empty margin of four, dark to bright, every digit about as often."""
    some = digits(kind)
    assert (some.rows, some.columns) == (28, 28)
    for at in range(len(some)):
        picture = some.pixels[784 * at : 784 * (at + 1)]
        rows = [picture[28 * row : 28 * (row + 1)] for row in range(28)]
        assert not any(map(any, rows[:4] + rows[24:]))
        assert not any(any(row[:4] + row[24:]) for row in rows)
        assert max(picture) > 150
    counts = [some.labels.count(digit) for digit in range(10)]
    assert sum(counts) == len(some)
    assert min(counts) > 0.06 * len(some)


def test_the_script_makes_the_same_again(tmp_path: Path) -> None:
    """Each file, byte for byte once unpacked."""
    subprocess.run([sys.executable, RESOURCES / "make_digits.py", tmp_path], check=True, timeout=120)
    made = {file.name: gzip.decompress(file.read_bytes()) for file in tmp_path.iterdir()}
    assert made == {file.name: gzip.decompress(file.read_bytes()) for file in DATA.glob("*.gz")}
    assert len(made) == 4

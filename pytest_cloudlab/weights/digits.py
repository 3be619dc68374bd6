"""Held-out digits: the pictures a model is judged by, and how they are prepared for it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.weights.idx import read_idx

Positive = Annotated[float, msgspec.Meta(gt=0)]


class Preparation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shade, from 0 to 255, becomes `(shade / scale - mean) / std`, as the training script does it."""

    scale: Positive = 255.0
    mean: float = 0.0
    std: Positive = 1.0

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.scale, self.mean, self.std))):
            raise ValueError("Expected finite numbers")


@dataclass(frozen=True)
class Digits:
    """Pictures of one size, a byte a pixel, and the class of each."""

    rows: int
    columns: int
    pixels: bytes
    labels: bytes

    def __len__(self) -> int:
        return len(self.labels)

    def hashes(self) -> Set[str]:
        """One of each picture: sets of digits that share none have no picture in common."""
        size = self.rows * self.columns
        return {
            hashlib.sha256(self.pixels[at : at + size]).hexdigest() for at in range(0, len(self.pixels), size)
        }


def read_digits(images: Path, labels: Path) -> Digits:
    """Two IDX files, gzipped or not, that belong together. Raises `UsageError`."""
    (count, rows, columns), pixels = read_idx(images, dimensions=3)
    (labelled,), classes = read_idx(labels, dimensions=1)
    if count != labelled:
        raise UsageError(
            f"{labels}: found {labelled} labels, expected {count}, one for each picture of {images}",
            remedy="Take both files from the same set.",
        )
    return Digits(rows, columns, pixels, classes)

"""What looking at a model file came to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Why a file is not a trained model of the lab's network. No secret, nothing unprintable."""

    kind: str
    """For programs, e.g. `zip-bomb`."""
    message: str
    """What was found and what was expected, in a sentence for the student."""
    remedy: str


class Unfit(Exception):
    """Raised while a file is looked at, with its `Problem`."""

    def __init__(self, kind: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.problem = Problem(kind, message, remedy)


@dataclass(frozen=True)
class TensorFound:
    name: str
    shape: tuple[int, ...]
    dtype: str
    """As torch calls it, e.g. `float32`."""


@dataclass(frozen=True)
class ModelReport:
    """A model file, as far as it could be judged before its first problem."""

    problem: Problem | None = None
    tensors: tuple[TensorFound, ...] = ()
    """The first hundred; empty for a file that was not loaded."""
    accuracy: float | None = None
    """The share of the held-out digits that it reads right; None for a file with a problem."""
    digits: int = 0
    """How many it was judged by."""
    weights_sha256: str = ""
    """Of names, shapes and values: the same for two files that hold the same weights."""
    sha256: str = ""
    """Of the file; empty where it was too long to be read."""
    size_bytes: int = 0
    peak_rss_bytes: int = 0
    """The most memory that the judging process held, torch itself included."""
    own_rss_bytes: int = 0
    """The part of it that Python and torch held before the file was loaded."""

    @property
    def sound(self) -> bool:
        return self.problem is None

"""The URL of a forward, which knows whether what fails behind it is the far port's doing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets.lost import Lost

_SETTLED_S = 0.3
"""By then, what ended a connection has ended the way that it went, if it was that."""


class Forwarded(str):
    """The URL of a forward that is open.

    A connection through it that ends early may be the far port's doing, or the loss of the machine:
    `lost` tells.
    """

    __slots__ = ("_why",)
    _why: Callable[[], Lost | None]

    def __new__(cls, url: str, why: Callable[[], Lost | None]) -> Self:
        made = super().__new__(cls, url)
        made._why = why
        return made

    def __add__(self, path: str, /) -> Forwarded:
        """A page behind it, which knows as much: a formatted string would not."""
        return Forwarded(super().__add__(path), self._why)

    @property
    def lost(self) -> Lost | None:
        """Why the machine could last not be reached through it; None while nothing was lost."""
        return self._why()


@contextmanager
def lost_instead(why: Callable[[float], Lost | None]) -> Iterator[None]:
    """What fails inside raises the `Lost` that `why` gives, if any, in its place."""
    try:
        yield
    except (CouldNotLook, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # pytest's own outcomes are no Exception
        if lost := why(_SETTLED_S):
            raise lost from error
        raise

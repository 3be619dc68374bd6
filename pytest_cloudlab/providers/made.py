"""What a run made somewhere, whatever it is: released once, and crossed out in the ledger then."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from pytest_cloudlab.providers.ledger import Entry, Ledger


class Made:
    """A context manager; leaving it releases it. A kind of its own says how, in `_remove`."""

    def __init__(self, entry: Entry, ledger: Ledger) -> None:
        self._entry = entry
        self._ledger = ledger
        self._released = False

    def release(self) -> None:
        """Delete it and close its target; a second call does nothing.

        Raises `CouldNotLook` when who runs it does not answer: it stays in the ledger for a sweep.
        """
        if self._released:
            return
        self._remove()
        self._ledger.mark_released(self._entry)
        self._released = True

    def _remove(self) -> None:
        """Close the target, if it was opened, and delete it; it may be gone already."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

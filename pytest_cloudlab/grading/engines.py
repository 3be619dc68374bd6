"""Where sessions run: on this machine, or as tasks on a cluster."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Protocol, Self

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.hearing import Hearing
from pytest_cloudlab.grading.record import Brief
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.waiting import Deadline

SCHEMES = {"dask": "tcp", "dask+tls": "tls"}
"""As users write it -> as Dask does."""


class Engine(Protocol):
    """A context manager: leaving it ends the sessions that are left. Used by several threads at once."""

    def attend(self, assize: Assize, brief: Brief, deadline: Deadline) -> Hearing:
        """One member's session, from its start to its end.

        The evidence that a line refers to is in the folder of `assize` before the line comes. Raises
        `TimeoutError` at the deadline, and `CouldNotLook` where the session was lost.
        """

    def warm(self) -> None:
        """Get ready, while whoever wants sessions does other things first."""

    def close(self) -> None:
        """End the sessions that are left; may be called twice."""

    def kill(self) -> None:
        """End them at once; safe in a signal handler."""

    @property
    def busy(self) -> bool:
        """Whether any is running; safe in a signal handler."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def engine_of(address: str, extras: Iterable[str]) -> Engine:
    """The engine at `address`, `dask://HOST:PORT`; this machine where that is empty.

    Raises `UsageError` for any other address, and where the engine is not installed.
    """
    if not address:
        return Sessions(extras)
    scheme, slashes, place = address.partition("://")
    if scheme not in SCHEMES or not slashes or not place:
        raise UsageError(
            f"--engine: found {address!r}, expected dask://HOST:PORT",
            remedy="Name the address of a Dask scheduler; dask+tls:// for one that speaks TLS.",
        )
    try:
        from pytest_cloudlab.grading.dask_engine import Dask
    except ImportError as error:
        raise UsageError(
            f"--engine {scheme}: {error}", remedy="pip install 'pytest-cloudlab[dask]'"
        ) from None
    return Dask(f"{SCHEMES[scheme]}://{place}", extras)

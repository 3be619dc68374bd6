"""Containers that are frozen for a while: they run, and answer nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_cloudlab.twin.engine import EngineError, docker
from pytest_cloudlab.waiting import Deadline, NotYet, until


@contextmanager
def paused(container: str) -> Iterator[None]:
    """The processes of `container` stand still while this is open."""

    def pause(deadline: Deadline) -> None:
        try:
            docker("pause", container)
        except EngineError as error:
            # The kernel gives up on processes that are busy within it, an engine that starts among them.
            if "unable to freeze" not in error.message:
                raise
            raise NotYet(error.message) from None

    until(pause, what=f"{container} paused", within_s=60)
    try:
        yield
    finally:
        docker("unpause", container)

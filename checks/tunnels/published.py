"""The container behind a port of a machine."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_cloudlab.containers import running_containers
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.targets import Target


@dataclass(frozen=True)
class Published:
    """A container that can be looked into, and its port behind the machine's."""

    machine: Target
    port: int


@dataclass(frozen=True)
class Found:
    id: str
    port: int


def published(machine: Target, port: int) -> Found:
    """The newest container that has published the machine's `port`. Raises `NotFound` saying what runs."""
    running = running_containers(machine)
    for one in running:
        if port in one.published:
            return Found(one.id, one.published[port])
    names = ", ".join(one.image[:100] for one in running) or "none"
    raise NotFound(
        f"No running container is published on port {port} of your VM; running there: {names}.",
        remedy=f"Run it with -p {port}:PORT, PORT being the one that its web server listens on.",
    )

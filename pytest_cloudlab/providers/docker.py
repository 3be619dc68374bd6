"""A container on a Docker engine: attach to one that runs, or provision one that goes away again."""

from __future__ import annotations

import contextlib
import functools
import math
import re
from collections.abc import Mapping, Sequence

from pytest_cloudlab.errors import CouldNotLook, NotFound, UsageError
from pytest_cloudlab.providers.engine import Engine
from pytest_cloudlab.providers.ledger import Entry, Ledger
from pytest_cloudlab.providers.made import Made
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.docker import docker
from pytest_cloudlab.targets.lost import Lost

KIND = "docker"
NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}")
KILL_AFTER_S = 10
"""What does not end on SIGTERM when its time is up is killed this much later."""


class Container(Made):
    """A running container that this run made."""

    def __init__(self, entry: Entry, ledger: Ledger, engine: Engine, container_id: str, user: str) -> None:
        super().__init__(entry, ledger)
        self.name = entry.name
        self.id = container_id
        self._engine = engine
        self._user = user

    @functools.cached_property
    def target(self) -> Target:
        return docker(self.name, user=self._user)

    def _remove(self) -> None:
        if "target" in self.__dict__:
            self.target.close()
        self._engine.remove(self.id)


def provision(
    image: str,
    *,
    name: str,
    ledger: Ledger,
    ttl_s: float,
    network: str = "",
    env: Mapping[str, str] | None = None,
    mounts: Sequence[str] = (),
    options: Sequence[str] = (),
    command: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
    user: str = "",
) -> Container:
    """Create and start a container of `image`, which must be on the engine.

    It ends by itself after `ttl_s` seconds, and the engine then deletes it, whatever became of us.
    `command` replaces the image's own; `mounts` are written as for `docker run --volume`; `options` are
    further options of `docker create`; `env` may hold secrets; `user` is who the target's commands run as.

    >>> with provision("debian:12", name="lab-1", ledger=ledger, ttl_s=600) as container:
    ...     container.target.run("hostname").ok
    True

    Raises `UsageError` when the name is taken or the image is missing, `Unreachable` or `Forbidden` when
    the engine does not answer or refuses.
    """
    if not NAME.fullmatch(name):
        raise UsageError(
            f"a container cannot be named {name!r}", remedy="Use letters, digits, hyphens; two at least."
        )
    seconds = math.ceil(ttl_s)
    if seconds < 1:
        raise UsageError(f"a container cannot live {ttl_s:g} s", remedy="Give a ttl_s of 1 or more.")
    engine = Engine.default()
    wrapped = command or engine.image_command(image) or ("sleep", "infinity")
    given = [
        *(("--network", network) if network else ()),
        *(f"--volume={mount}" for mount in mounts),
        *options,
    ]
    # Init reaps what the image's command leaves behind. An open stdin keeps an image whose command is a
    # shell from ending at once.
    given += ["--init", "--rm", "--interactive"]
    entry = ledger.plan(KIND, name, where=engine.address, ttl_s=seconds, labels=labels)
    try:
        container_id = engine.create(
            image,
            ("timeout", "-k", str(KILL_AFTER_S), str(seconds), *wrapped),
            name=name,
            labels=entry.labels,
            options=given,
            env=env,
        )
    except UsageError:
        ledger.mark_released(entry)
        raise
    except BaseException:
        # The engine may still be at it: unless it was there to delete, a sweep has to look again.
        with contextlib.suppress(CouldNotLook):
            if remove(engine, entry):
                ledger.mark_released(entry)
        raise
    container = Container(entry, ledger, engine, container_id, user)
    try:
        ledger.mark_created(entry)
        engine.start(container_id)
        _require_running(engine, container_id, image)
    except BaseException:
        with contextlib.suppress(CouldNotLook):
            container.release()
        raise
    return container


def attach(name: str, *, user: str = "") -> Target:
    """The target of a container that somebody else runs; nothing here ever deletes it.

    Raises `NotFound` when it does not exist, and `Lost` when it does not run: that says nothing about what
    is in it.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"no container is named {name!r}", remedy="Check it with `docker ps -a`.")
    try:
        container = Engine.default().container(name)
    except NotFound:
        raise NotFound(f"there is no container {name}", remedy="Check it with `docker ps -a`.") from None
    if container.status != "running":
        raise Lost(
            f"the container {name} does not run: it is {container.status}",
            remedy=f"Start it with `docker start {name}`.",
            reason="stopped",
        )
    return docker(name, user=user)


def remove(engine: Engine, entry: Entry) -> bool:
    """Delete the entry's container. False when there is none, or another's under its name.

    Raises `CouldNotLook` when the engine does not answer.
    """
    try:
        container = engine.container(entry.name)
    except NotFound:
        return False
    if not container.is_of(entry):
        return False
    engine.remove(container.id)
    return True


def _require_running(engine: Engine, container_id: str, image: str) -> None:
    try:
        status = engine.container(container_id).status
    except NotFound:
        status = "gone"
    if status != "running":
        raise UsageError(
            f"the container of {image} ended as soon as it was started",
            remedy=f"Look why with `docker run --rm {image}`; or give a command that goes on.",
        )

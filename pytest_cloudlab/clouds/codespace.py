"""One codespace as GitHub describes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pytest_cloudlab.errors import CouldNotLook

T = TypeVar("T")

ON = ("Available", "Starting", "Awaiting", "Queued", "Provisioning", "Rebuilding", "Updating", "Created")
"""States of one that runs, or is about to."""


@dataclass(frozen=True)
class Machine:
    """A size that a codespace can have."""

    name: str
    """Like `basicLinux32gb`."""
    cpus: int
    memory_bytes: int
    disk_bytes: int


@dataclass(frozen=True)
class Codespace:
    name: str
    state: str
    """`Available`, `Shutdown`, …"""
    cpus: int
    """0, like the other numbers of its machine, while GitHub names none."""
    disk_bytes: int
    memory_bytes: int = 0
    machine: str = ""
    repository: str = ""
    """`owner/name`"""
    ref: str = ""
    """The branch, or the commit of a detached HEAD, that is checked out in it."""
    owner: str = ""
    display_name: str = ""
    devcontainer: str = ""
    """The path of its `devcontainer.json` in the repository; empty when it has none."""
    created: datetime | None = None
    last_used: datetime | None = None
    idle_timeout_minutes: int | None = None
    retention_period_minutes: int | None = None
    retention_expires: datetime | None = None

    @property
    def runs(self) -> bool:
        return self.state in ON


def codespace(item: Any) -> Codespace:
    """Raises `CouldNotLook` for what is not described as GitHub describes one."""
    try:
        # GitHub names no machine for a codespace that is being made.
        size = machine(item["machine"]) if item["machine"] else Machine("", 0, 0, 0)
        return Codespace(
            name=_required(item, "name", str),
            state=_required(item, "state", str),
            cpus=size.cpus,
            disk_bytes=size.disk_bytes,
            memory_bytes=size.memory_bytes,
            machine=size.name,
            repository=_maybe(item.get("repository"), "full_name", str) or "",
            ref=_maybe(item.get("git_status"), "ref", str) or "",
            owner=_maybe(item.get("owner"), "login", str) or "",
            display_name=_maybe(item, "display_name", str) or "",
            devcontainer=_maybe(item, "devcontainer_path", str) or "",
            created=_moment(item, "created_at"),
            last_used=_moment(item, "last_used_at"),
            idle_timeout_minutes=_maybe(item, "idle_timeout_minutes", int),
            retention_period_minutes=_maybe(item, "retention_period_minutes", int),
            retention_expires=_moment(item, "retention_expires_at"),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CouldNotLook("GitHub described a codespace in a form that cannot be read") from error


def machine(item: Any) -> Machine:
    """Raises `CouldNotLook`, as `codespace` does."""
    try:
        return Machine(
            _required(item, "name", str),
            _required(item, "cpus", int),
            _maybe(item, "memory_in_bytes", int) or 0,
            _required(item, "storage_in_bytes", int),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise CouldNotLook("GitHub described a codespace's machine in a form that cannot be read") from error


def _required(item: Any, key: str, kind: type[T]) -> T:
    value = item[key]
    if not isinstance(value, kind):
        raise TypeError(key)
    return value


def _maybe(item: Any, key: str, kind: type[T]) -> T | None:
    """None when it is not told, or told to be null."""
    if item is None or item.get(key) is None:
        return None
    return _required(item, key, kind)


def _moment(item: Any, key: str) -> datetime | None:
    text = _maybe(item, key, str)
    return datetime.fromisoformat(text) if text else None

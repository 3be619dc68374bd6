"""Where a member's machines at home are, as the roster says it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.fixtures.machines import unknown

SSH = 22


@dataclass(frozen=True)
class Place:
    """`user@host:port`, as somebody types it at the laptop."""

    address: str
    user: str
    host: str
    port: int

    @property
    def alias(self) -> str:
        """What a file of known hosts calls it."""
        return self.host if self.port == SSH else f"[{self.host}]:{self.port}"

    @property
    def has_name(self) -> bool:
        """Whether it is named, rather than given by a number that its provider may change."""
        try:
            ip_address(self.host.partition("%")[0])
        except ValueError:
            return True
        return False

    def of(self, user: str) -> Place:
        """The same for another user."""
        return replace(self, user=user)


def place_of(assignment: Assignment, key: str) -> Place:
    """That of `targets.KEY`. Raises `CouldNotLook` when the roster does not say, `UsageError` when it says
    something else than `ssh://…`."""
    address = assignment.fill(assignment.member.targets.get(key, ""))
    if not address:
        raise unknown(assignment, key, "with your own roster")
    parts = urlsplit(address)
    try:
        port = parts.port or SSH
    except ValueError:
        port = 0
    if parts.scheme != "ssh" or not parts.hostname or not port:
        raise UsageError(f"{address!r} is no place at home.", remedy=f'Write {key} = "ssh://USER@NAME:PORT".')
    return Place(address, unquote(parts.username or ""), parts.hostname, port)

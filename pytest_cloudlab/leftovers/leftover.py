"""One thing that still exists in the cloud and belongs to somebody of the roster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Declared in the order in which they are shown and deleted: what is used by nothing else comes first."""

    VM = "VM"
    DISK = "disk"
    ADDRESS = "address"
    FIREWALL_RULE = "firewall rule"
    IMAGE = "image"
    BUCKET = "bucket"
    CODESPACE = "codespace"


@dataclass(frozen=True)
class Owner:
    """Who a name of the roster stands for."""

    team: str = ""
    """Empty: all teams share the name."""
    member: str = ""
    """Empty: the whole team does."""

    def __str__(self) -> str:
        return self.member or ("the team" if self.team else "all teams")


@dataclass(frozen=True)
class Leftover:
    kind: Kind
    name: str
    where: str
    """Zone, region, registry host or project, as its kind has it."""
    owner: Owner
    about: str
    """What it is in a few words, e.g. `n1-standard-1, RUNNING`."""
    usd_a_day: float | None
    """By list price, estimated; None: the price table does not know it."""
    delete: Callable[[], None] = field(repr=False, compare=False)
    """Raises `CloudlabError`."""

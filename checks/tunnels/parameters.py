"""What `lab.toml` sets for this lab, and the types it must have."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table without room for a misspelt key."""


class Codespace(Table, frozen=True):
    repository: Annotated[str, msgspec.Meta(pattern=r"^[\w.-]+/[\w.-]+$")]
    """`owner/name` on GitHub."""
    branch: str

    @property
    def workspace(self) -> str:
        """Where GitHub puts the repository."""
        return f"/workspaces/{self.repository.partition('/')[2]}"


class Names(Table, frozen=True):
    """Templates; `{project}`, `{team}` and `{member}` are filled in."""

    instance: str


class Vm(Table, frozen=True):
    machine_type: str
    image_family: str
    image_project: str
    disk_size_gb: int
    disk_type: str


class Ports(Table, frozen=True):
    laptop: Port
    codespace: Port
    vm: Port


class Selector(Table, frozen=True):
    select: str
    """A CSS selector."""
    value: str
    """`text`, or the name of the attribute that holds the value."""


class Served(Table, frozen=True):
    folder: Annotated[str, msgspec.Meta(pattern=r"^/")]
    """Of the container; for as long as the check takes, a small file lies in it."""
    member: Selector


class Preview(Table, frozen=True):
    visibility: Literal["private", "org", "public"]


class Parameters(Table, frozen=True):
    codespace: Codespace
    names: Names
    vm: Vm
    ports: Ports
    served: Served
    preview: Preview

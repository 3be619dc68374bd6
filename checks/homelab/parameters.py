"""What `lab.toml` sets for this lab, and the types it must have."""

from __future__ import annotations

from typing import Annotated

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
OwnPort = Annotated[int, msgspec.Meta(ge=23, le=65535)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=900)]
Path = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9~._*?-][^\0\n]*$", max_length=200)]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table without room for a misspelt key."""


class Ssh(Table, frozen=True):
    port: OwnPort
    """The desktop's from outside; not 22."""
    back_within_s: Seconds


class Home(Table, frozen=True):
    address: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Fa-f:.]*$", max_length=45)]
    """Empty when nobody says."""


class Ports(Table, frozen=True):
    """Each the same on the laptop and on the desktop."""

    jupyter: Port
    api: Port
    streamlit: Port
    container: Port


class Api(Table, frozen=True):
    path: Annotated[str, msgspec.Meta(pattern=r"^/[!-~]*$", max_length=200)]


class Files(Table, frozen=True):
    brought: Path
    sent: Path
    max_mb: Annotated[int, msgspec.Meta(ge=1, le=4096)]


class Wake(Table, frozen=True):
    mac: Annotated[str, msgspec.Meta(max_length=30)]
    """Empty when nobody says."""
    command: Annotated[str, msgspec.Meta(pattern=r"^[^\0\n]*\{mac\}[^\0\n]*$", max_length=200)]
    """What sends the magic packet from the NAS; `{mac}` becomes the address."""
    within_s: Seconds


class Parameters(Table, frozen=True):
    ssh: Ssh
    home: Home
    ports: Ports
    api: Api
    files: Files
    wake: Wake

"""What `lab.toml` sets for this lab, and the types it must have."""

from __future__ import annotations

from typing import Annotated

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Quantity = Annotated[str, msgspec.Meta(pattern=r"^[0-9]+(\.[0-9]+)?(m|[kMGTPE]|[KMGTPE]i)?$")]
"""As Kubernetes writes one: `500m`, `4Gi`."""
Path = Annotated[str, msgspec.Meta(pattern=r"^/")]
Extension = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]+\.[A-Za-z0-9._-]+$")]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table without room for a misspelt key."""


class Platform(Table, frozen=True):
    namespace: str
    pod: str
    address: Annotated[str, msgspec.Meta(pattern=r"^https://")]
    restart_minutes: Positive


class VsCode(Table, frozen=True):
    workspace: str
    environment: str
    """The image that the environment names."""
    port: Port
    home: Path
    config: str
    settings: str
    extensions: list[Extension]


class JupyterLab(Table, frozen=True):
    workspace: str
    environment: str
    port: Port


class Compute(Table, frozen=True):
    cpu: Quantity
    memory: Quantity


class Volume(Table, frozen=True):
    claim: str
    path: Path
    workspaces: str
    folder: str


class Repository(Table, frozen=True):
    url: Annotated[str, msgspec.Meta(pattern=r"^https://[^@]+$")]
    depth: Positive


class Images(Table, frozen=True):
    vscode: str
    jupyterlab: str
    platform: str


class Parameters(Table, frozen=True):
    platform: Platform
    vscode: VsCode
    jupyterlab: JupyterLab
    compute: Compute
    volume: Volume
    repository: Repository
    images: Images

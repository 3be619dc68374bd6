"""What `lab.toml` sets for this lab, and the types it must have."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from pytest_cloudlab.weights import Network, Preparation

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Positive = Annotated[int, msgspec.Meta(ge=1)]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table without room for a misspelt key."""


class Codespace(Table, frozen=True):
    repository: Annotated[str, msgspec.Meta(pattern=r"^[\w.-]+/[\w.-]+$")]
    """`owner/name` on GitHub."""
    branch: str
    cpus: Positive
    memory_gb: Positive
    idle_timeout_minutes: Positive
    retention_days: Positive
    python: Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+$")]
    features: dict[str, str]
    """A dev container feature, without its version -> the command that is there when it is."""

    @property
    def workspace(self) -> str:
        """Where GitHub puts the repository."""
        return f"/workspaces/{self.repository.partition('/')[2]}"


class Upload(Table, frozen=True):
    made_here: list[str]
    """Patterns, in lower case, of names of files and folders that tell nothing about uploading."""


class Hello(Table, frozen=True):
    says: str


class Jupyter(Table, frozen=True):
    port: Port
    visibility: Literal["private", "org", "public"]


class Data(Table, frozen=True):
    """The held-out digits; paths are relative to the lab's folder."""

    images: str
    labels: str
    preparation: Preparation


class Model(Table, frozen=True):
    file: str
    """The name that the training script saves it under."""
    accuracy: Share
    max_mb: Annotated[int, msgspec.Meta(ge=1, le=64)]
    """More would not fit, a few times over, into the memory that judging it may take."""
    own: bool
    """Whether two members' weights must differ. With a script that seeds its chance, they are the same on
    machines of the same kind, and rightly so."""


class Home(Table, frozen=True):
    file: str
    """Path on the laptop; empty when nobody says."""


class App(Table, frozen=True):
    port: Port
    header: str
    """Stands in a heading of the page; upper and lower case are the same."""
    handle: str
    """CSS selector of what a comparison's slider is moved by, in the comparison's own frame."""
    comparisons: Positive
    scripts_from: list[Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.-]+(:[0-9]+)?$")]]
    """Hosts, besides the app itself, that its page may load scripts from while it is judged."""


class Parameters(Table, frozen=True):
    codespace: Codespace
    upload: Upload
    hello: Hello
    jupyter: Jupyter
    network: Network
    data: Data
    model: Model
    home: Home
    app: App

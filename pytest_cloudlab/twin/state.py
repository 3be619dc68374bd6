"""What a twin leaves in its folder for those who use it and for those who clean up after it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from pytest_cloudlab.twin import process

T = TypeVar("T")

LABEL = "cloudlab-twin"
"""On every container and network of a twin; its value is the twin's id."""

DEFAULT_ZONES = (
    "europe-west1-b",
    "europe-west1-c",
    "europe-west1-d",
    "europe-west4-a",
    "europe-west4-b",
    "europe-west4-c",
)


@dataclass(frozen=True)
class Settings:
    """What was asked of a twin. Written before anything is created, so that all of it can be found."""

    id: str
    project: str
    zones: tuple[str, ...]
    """The zones it has; the first is the default one."""
    buckets: Mapping[str, str]
    """Bucket name to the folder whose files it serves."""
    port: int
    """0: any free one."""
    token: str
    refresh_token: str
    repositories: Mapping[str, str] = field(default_factory=dict)
    """`owner/name` to the folder that is served as `https://github.com/owner/name.git`."""
    github_token: str = field(default="", repr=False)
    """Empty in a twin of an earlier version: nobody gets in at GitHub then."""
    kubernetes_token: str = field(default="", repr=False)
    """Empty in a twin of an earlier version: nobody gets in at its cluster then."""
    bodies: bool = False
    """Whether the request log keeps JSON bodies too."""

    def __repr__(self) -> str:
        return f"Settings(id={self.id!r}, project={self.project!r})"

    @property
    def network(self) -> str:
        return f"cloudlab-twin-{self.id}"

    @property
    def label(self) -> str:
        return f"{LABEL}={self.id}"


@dataclass(frozen=True)
class TwinInfo:
    """A running twin."""

    id: str
    project: str
    zones: tuple[str, ...]
    state: Path
    port: int
    gateway: str
    """The address of this machine on the twin's network; the proxy listens there too."""
    subnet: str
    network: str
    pid: int
    pid_start: int

    @property
    def alive(self) -> bool:
        return process.alive(self.pid, self.pid_start)

    def environment(self) -> dict[str, str]:
        """Variables that make this machine's clients talk to the twin: `eval "$(cloudlab twin env)"`."""
        from pytest_cloudlab.twin.environment import on_this_machine

        return on_this_machine(self)

    def container_environment(self) -> dict[str, str]:
        """The same for a machine of the twin's network, with the paths that it has in there."""
        from pytest_cloudlab.twin.environment import in_a_machine

        return in_a_machine(self)


@dataclass(frozen=True)
class Files:
    """The names in a twin's folder."""

    folder: Path

    @property
    def settings(self) -> Path:
        return self.folder / "settings.json"

    @property
    def info(self) -> Path:
        return self.folder / "twin.json"

    @property
    def log(self) -> Path:
        return self.folder / "twin.log"

    @property
    def requests(self) -> Path:
        return self.folder / "requests.jsonl"

    @property
    def ca(self) -> Path:
        """The twin's own certificate."""
        return self.folder / "ca.pem"

    @property
    def ca_key(self) -> Path:
        """Its key. Secret; only the twin itself reads it."""
        return self.folder / "ca-key.pem"

    @property
    def bundle(self) -> Path:
        """The twin's certificate and those this machine trusts."""
        return self.folder / "bundle.pem"

    @property
    def token(self) -> Path:
        return self.folder / "token"

    @property
    def github_token(self) -> Path:
        return self.folder / "github-token"

    @property
    def kubeconfig(self) -> Path:
        """What kubectl has to know of the twin's cluster. Secret: its token is in there."""
        return self.folder / "kubeconfig"

    @property
    def bin(self) -> Path:
        """Programs for the front of PATH."""
        return self.folder / "bin"

    @property
    def credentials(self) -> Path:
        """Application Default Credentials."""
        return self.folder / "adc.json"

    @property
    def boto(self) -> Path:
        """gsutil's settings, with the same credentials."""
        return self.folder / "boto.cfg"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def registry(self) -> Path:
        return self.folder / "registry"

    @property
    def saved(self) -> Path:
        """What the services know, for the next process of the same twin."""
        return self.folder / "saved"

    @property
    def storage(self) -> Path:
        """The contents of uploaded objects."""
        return self.folder / "storage"

    @property
    def repositories(self) -> Path:
        """What github.com serves, as bare git repositories."""
        return self.folder / "repositories"

    @property
    def faults(self) -> Path:
        return self.folder / "faults.json"

    def write(self, path: Path, value: object) -> None:
        """JSON, readable by its owner only, there in one step."""
        self.write_bytes(path, msgspec.json.format(msgspec.json.encode(value, enc_hook=str)))

    def write_bytes(self, path: Path, data: bytes) -> None:
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        beside.replace(path)

    def read_settings(self) -> Settings | None:
        return self._read(self.settings, Settings)

    def read_info(self) -> TwinInfo | None:
        return self._read(self.info, TwinInfo)

    def _read(self, path: Path, kind: type[T]) -> T | None:
        """None when the file is not there or is not ours."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind, dec_hook=lambda kind, value: kind(value))
        except (OSError, msgspec.DecodeError):
            return None

"""What is asked of a twin: refused before anything is made, and held against a twin that is there."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin.state import DEFAULT_ZONES, Settings, TwinInfo

DEFAULT_PROJECT = "cloudlab-twin"

BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
ZONE = re.compile(r"[a-z]+-[a-z]+[0-9]+-[a-z]")
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Asked:
    """None: whatever a twin that is there has, or the default of a new one. Raises `UsageError` when made."""

    project: str | None = None
    zones: Sequence[str] | None = None
    buckets: Mapping[str, Path] | None = None
    repositories: Mapping[str, Path] | None = None
    port: int = 0
    bodies: bool | None = None

    def __post_init__(self) -> None:
        if self.project is not None and not PROJECT.fullmatch(self.project):
            raise UsageError(
                f"{self.project!r} is not a project's name.", remedy="Use 6 to 30 of a-z, 0-9 and hyphens."
            )
        if self.zones is not None:
            bad = [zone for zone in self.zones if not ZONE.fullmatch(zone)]
            if bad or not self.zones:
                raise UsageError(f"Not a zone: {bad or 'none given'}.", remedy="Like europe-west1-b.")
        if not 0 <= self.port < 65536:
            raise UsageError(f"{self.port} is not a port.", remedy="Use 1024 to 65535, or 0 for a free one.")
        for name, folder in (self.buckets or {}).items():
            if not BUCKET.fullmatch(name):
                raise UsageError(
                    f"{name!r} is not a bucket's name.", remedy="Use 3 to 63 of a-z, 0-9, -, _ and dots."
                )
            _require_folder("Bucket", name, folder)
        for name, folder in (self.repositories or {}).items():
            if not REPOSITORY.fullmatch(name):
                raise UsageError(f"{name!r} is not a repository's name.", remedy="Use owner/name.")
            _require_folder("Repository", name, folder)

    def new(self) -> Settings:
        """The settings of a twin that is made for this."""
        return Settings(
            id=secrets.token_hex(4),
            project=self.project or DEFAULT_PROJECT,
            zones=tuple(self.zones or DEFAULT_ZONES),
            buckets=_resolved(self.buckets) or {},
            repositories=_resolved(self.repositories) or {},
            port=self.port,
            bodies=bool(self.bodies),
            token=f"ya29.twin-{secrets.token_urlsafe(32)}",
            refresh_token=f"1//twin-{secrets.token_urlsafe(32)}",
            github_token=f"ghp_{secrets.token_hex(18)}",
            kubernetes_token=f"k8s-{secrets.token_urlsafe(32)}",
        )

    def require_agreement(self, settings: Settings, info: TwinInfo | None) -> None:
        """Raises `UsageError` naming what is asked and what the twin that is there has instead.

        Port 0 agrees with any; so does a port that the twin has not used yet.
        """
        port = info.port if info else settings.port
        for what, asked, there in (
            ("project", self.project, settings.project),
            ("zones", _list(self.zones), _list(settings.zones)),
            ("buckets", _mapping(_resolved(self.buckets)), _mapping(settings.buckets)),
            ("repositories", _mapping(_resolved(self.repositories)), _mapping(settings.repositories)),
            ("port", self.port or None, port or None),
            ("logging of bodies", _switch(self.bodies), _switch(settings.bodies)),
        ):
            if asked is not None and asked != there:
                raise UsageError(
                    f"The twin that is there has {what} {there or 'none'}, not {asked or 'none'}.",
                    remedy="Leave that option out, take the twin down first, or name another --state.",
                )


def _resolved(folders: Mapping[str, Path] | None) -> dict[str, str] | None:
    return None if folders is None else {name: str(folder.resolve()) for name, folder in folders.items()}


def _require_folder(what: str, name: str, folder: Path) -> None:
    if not folder.is_dir():
        raise UsageError(f"{what} {name}: {folder} is not a folder.", remedy="Name the one it shall serve.")


def _switch(on: bool | None) -> str | None:
    return None if on is None else "on" if on else "off"


def _list(names: Sequence[str] | None) -> str | None:
    return None if names is None else ", ".join(names)


def _mapping(folders: Mapping[str, str] | None) -> str | None:
    if folders is None:
        return None
    return ", ".join(f"{name}={folder}" for name, folder in sorted(folders.items()))

"""What a service of the twin knows, kept in its folder so that a restart loses none of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec


class Saved:
    """One JSON file a service, replaced as a whole: who is killed leaves the old one or the new one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, service: str) -> dict[str, Any]:
        """What was written last; empty when nothing was."""
        try:
            return msgspec.json.decode(self._path(service).read_bytes(), type=dict[str, Any])
        except FileNotFoundError:
            return {}

    def write(self, service: str, state: dict[str, Any]) -> None:
        """`state` is plain JSON data; encode objects before."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._path(service)
        draft = path.with_suffix(".new")
        draft.write_bytes(msgspec.json.encode(state))
        draft.replace(path)

    def _path(self, service: str) -> Path:
        return self._folder / f"{service}.json"

"""The folder of this machine that a bucket starts with: read as it is at each call, never written."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path

from pytest_cloudlab.twin.storage.objects import Object, moment
from pytest_cloudlab.twin.storage.sums import Sums, sums


class Seed:
    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._sums: dict[tuple[Path, int, int], Sums] = {}

    def objects(self, prefix: str) -> Iterator[Object]:
        """Blocks: files that were not asked for before are read for their sums."""
        for path in self.folder.rglob("*"):
            name = path.relative_to(self.folder).as_posix()
            if name.startswith(prefix) and (found := self.find(name)):
                yield found

    def find(self, name: str) -> Object | None:
        """None for what is no file, lies outside of the folder, or is another way to write a name."""
        if {"", ".", ".."} & set(name.split("/")) or "\0" in name:
            return None
        path = self.path(name)
        try:
            if not path.resolve().is_relative_to(self.folder) or not path.is_file():
                return None
            stat = path.stat()
            key = path, stat.st_mtime_ns, stat.st_size
            if key not in self._sums:
                self._sums[key] = sums(path)
        except OSError:
            # Unreadable, gone meanwhile, or a name longer than a file's may be.
            return None
        modified = moment(stat.st_mtime)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Object(
            name, stat.st_mtime_ns // 1000, self._sums[key], modified, modified, about={"contentType": kind}
        )

    def path(self, name: str) -> Path:
        return self.folder / name

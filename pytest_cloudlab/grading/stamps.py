"""Whether files are still as they were."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable

Stamps = dict[str, tuple[int, int, int]]
"""By a file's path: when it was changed, in ns, its size in bytes and its inode."""


def stamps(folders: Iterable[str], files: Iterable[str] = ()) -> Stamps:
    """Of `files`, and of the modules and settings directly in `folders`. What is not there has none."""
    found = {}
    for file in {*files, *(name for folder in folders for name in _own_files(folder))}:
        with contextlib.suppress(OSError):
            stat = os.stat(file)
            found[file] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


def _own_files(folder: str) -> list[str]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        return [entry.path for entry in entries if entry.name.endswith((".py", ".toml"))]
    return []

"""The files of a folder that git tracks, or all of them where it is no clone."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

MOST_FILES = 50_000
MOST_BYTES = 8 << 20
"""Of names."""
TIMEOUT_S = 10.0
_SKIPPED = frozenset({".venv", "venv", "node_modules", "__pycache__"})


def tracked_files(folder: Path) -> frozenset[str]:
    """Paths from `folder`, with forward slashes. Nothing that the folder brings is run."""
    return _listed(folder) or files_below(folder)


def files_below(folder: Path) -> frozenset[str]:
    """All that is there, up to a limit; not what starts with a dot, environments and packages."""
    found: set[str] = set()
    for path in _walked(folder):
        found.add(path)
        if len(found) >= MOST_FILES:
            break
    return frozenset(found)


def _walked(folder: Path) -> Iterator[str]:
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        below = Path(where).relative_to(folder).as_posix()
        for name in sorted(files):
            yield name if below == "." else f"{below}/{name}"


def _listed(folder: Path) -> frozenset[str]:
    """What git tracks below `folder`; empty where it is no clone, or git cannot say."""
    # The folder's own .git/config may name a program to watch files with: none is to be started.
    argv = [
        "git",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "safe.bareRepository=explicit",
        "ls-files",
        "-z",
        "--cached",
    ]
    environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    try:
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return frozenset()
    limit = threading.Timer(TIMEOUT_S, process.kill)
    limit.daemon = True
    limit.start()
    with process:
        output = process.stdout.read(MOST_BYTES + 1) if process.stdout else b""
        if len(output) > MOST_BYTES:
            process.kill()
    limit.cancel()
    if process.returncode or len(output) > MOST_BYTES:
        return frozenset()
    names = output.decode("utf-8", "surrogateescape").split("\0")
    return frozenset(name for name in names if name)

"""Records as Jupyter servers leave them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOKEN = "5f1d0c6a9be24e7780aa3c55"  # of a server that never was
FOLDER = "it's 100 % a folder"

Leave = Callable[..., Path]


def leaving(home: Path) -> Leave:
    """What leaves a server's record in that home's `FOLDER`: of this process, unless told otherwise."""

    def write(*, name: str = f"jpserver-{os.getpid()}.json", raw: bytes = b"", **changes: Any) -> Path:
        folder = home / FOLDER
        folder.mkdir(exist_ok=True)
        told = {"port": 8888, "base_url": "/", "token": TOKEN, "root_dir": str(home), "pid": 1}
        file = folder / name
        file.write_bytes(raw or json.dumps(told | changes).encode())
        return file

    return write

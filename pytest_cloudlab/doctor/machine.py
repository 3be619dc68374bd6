"""What can be read of the machine that this process runs on; tests put another one in its place."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

MAX_BYTES = 64 * 1024


@dataclass(frozen=True)
class Machine:
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    root: Path = Path("/")
    """Where its file system begins."""
    system: str = field(default_factory=platform.system)
    """`Linux`, `Darwin` or `Windows`."""
    is_root: bool = field(default_factory=lambda: getattr(os, "geteuid", lambda: 1)() == 0)

    def has(self, path: str) -> bool:
        return (self.root / path.lstrip("/")).exists()

    def read(self, path: str) -> str:
        """The beginning of a file; nothing where there is none that can be read."""
        return read(self.root / path.lstrip("/"))

    def link(self, path: str) -> str:
        """Where a symbolic link leads to; nothing where there is none."""
        try:
            return os.readlink(self.root / path.lstrip("/"))
        except OSError:
            return ""

    def which(self, command: str) -> str | None:
        return shutil.which(command, path=self.env.get("PATH"))

    @property
    def home(self) -> Path:
        return Path(self.env.get("HOME") or self.env.get("USERPROFILE") or Path.home())

    @cached_property
    def release(self) -> Mapping[str, str]:
        """The words of /etc/os-release, such as `ID` and `PRETTY_NAME`."""
        text = self.read("/etc/os-release") or self.read("/usr/lib/os-release")
        pairs = re.findall(r"""^([A-Z_]+)=(["']?)(.*?)\2\s*$""", text, re.MULTILINE)
        return {key: value for key, _, value in pairs}


def read(path: Path) -> str:
    """The beginning of a file; nothing where there is none that can be read, or it is no plain file."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(MAX_BYTES).decode(errors="replace")
    except OSError:
        return ""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.doctor.machine import Machine
from tests.clouds.conftest import authority, closed_port, internet, odd

__all__ = ["authority", "closed_port", "internet", "odd"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The file system of another machine: empty, but for folders."""
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def machine(root: Path) -> Machine:
    """A Linux without anything: no variables, no files, no tools."""
    return Machine({"PATH": str(root / "bin"), "HOME": str(root / "home")}, root, "Linux", False)


def write(root: Path, path: str, text: str = "") -> Path:
    file = root / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def tool(root: Path, name: str, says: str, *, code: int = 0) -> None:
    """A command that says this, whatever it is asked."""
    file = write(root, f"bin/{name}", f"#!/bin/sh\n/bin/cat <<'END'\n{says}\nEND\nexit {code}\n")
    file.chmod(0o755)

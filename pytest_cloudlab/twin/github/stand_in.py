"""Puts the stand-in for gh where the twin's environment finds it first. Machines have it in their image."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from pytest_cloudlab.twin.images import FOLDER

PROGRAM = FOLDER / "machine" / "gh"


def put(folder: Path) -> None:
    """`folder/gh`, made anew."""
    folder.mkdir(mode=0o700, exist_ok=True)
    words = shlex.join((sys.executable, "-I", "-B", str(PROGRAM)))
    path = folder / "gh"
    path.write_text(f'#!/bin/sh\n# The twin\'s stand-in for gh.\nexec {words} "$@"\n')
    path.chmod(0o755)

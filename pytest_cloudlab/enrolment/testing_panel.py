"""The settings that make a lab's checks appear in VS Code's Testing panel."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pytest_cloudlab.model import Lab

FILE = Path(".vscode") / "settings.json"
ENABLED, ARGS = "python.testing.pytestEnabled", "python.testing.pytestArgs"
MAX_BYTES = 1 << 20


class Outcome(StrEnum):
    WRITTEN = "written"
    THERE = "there already"
    BY_HAND = "by hand"
    """The file is more than plain JSON, or cannot be read or written: it is left as it is."""


@dataclass(frozen=True)
class Panel:
    outcome: Outcome
    lines: str
    """The settings, as they stand in the file or as they are to be put there."""


def settings(lab: Lab, folder: Path) -> dict[str, Any]:
    """A lab elsewhere is named by its whole path: pytest starts in `folder`, and so finds the roster."""
    place = Path(lab.folder)
    inside = place.is_relative_to(folder.resolve())
    shown = place.relative_to(folder.resolve()).as_posix() if inside else str(place)
    return {ENABLED: True, ARGS: [shown]}


def put(lab: Lab, folder: Path) -> Panel:
    """Merge the settings into the folder's own; nothing that is there is lost."""
    file = folder / FILE
    wanted = settings(lab, folder)
    by_hand = Panel(Outcome.BY_HAND, _lines(wanted))
    try:
        if not os.path.lexists(file):
            file.parent.mkdir(exist_ok=True)
            with file.open("x", encoding="utf-8", newline="\n") as new:
                new.write(json.dumps(wanted, indent=4, ensure_ascii=False) + "\n")
            return Panel(Outcome.WRITTEN, _lines(wanted))
        if file.stat().st_size > MAX_BYTES:
            return by_hand
        text = file.read_bytes().decode()
        there = json.loads(text, object_pairs_hook=_once) if text.strip() else {}
        if not isinstance(there, dict) or not isinstance(there.get(ARGS, []), list):
            return by_hand
        merged = _merged(there, wanted)
        if merged == there:
            return Panel(Outcome.THERE, _lines(wanted))
        indent = re.search(r"^([ \t]+)\"", text, re.MULTILINE)
        new_text = json.dumps(merged, indent=indent[1] if indent else 4, ensure_ascii=False, allow_nan=False)
        _replace(file.resolve(), (new_text + "\n").encode())
    # Comments and trailing commas are no JSON; and what only half fits is not for us to put right.
    except (OSError, ValueError, RecursionError):
        return by_hand
    return Panel(Outcome.WRITTEN, _lines(wanted))


def _merged(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    own = there.get(ARGS, [])
    new = [arg for arg in wanted[ARGS] if arg not in own]
    return {**there, ENABLED: True, ARGS: [*own, *new]}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two equal keys, JSON's reader would drop one."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _replace(file: Path, data: bytes) -> None:
    """At once or not at all, with the file's own mode."""
    descriptor, temporary = tempfile.mkstemp(prefix=".settings-", dir=file.parent)
    try:
        with open(descriptor, "wb") as opened:
            opened.write(data)
        shutil.copymode(file, temporary)
        os.replace(temporary, file)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _lines(wanted: Mapping[str, Any]) -> str:
    return ",\n".join(
        f"{json.dumps(key)}: {json.dumps(one, ensure_ascii=False)}" for key, one in wanted.items()
    )

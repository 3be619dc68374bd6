"""VS Code's settings, as its server keeps them: the user's, and the machine's over them."""

from __future__ import annotations

import json
from typing import Any

from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.jsonc import plain
from pytest_cloudlab.targets import Target

HANDLER = "git.terminalAuthentication"
PLACES = ("User", "Machine")
SETTINGS_BYTES = 512 << 10


def read_settings(machine: Target, template: str) -> dict[str, Any]:
    """What is set; `template` is the path of the file, with {} for whose settings they are."""
    found: dict[str, Any] = {}
    for place in PLACES:
        try:
            data = machine.read(template.replace("{}", place), max_bytes=SETTINGS_BYTES)
        except NotFound:
            continue
        try:
            told = json.loads(plain(data.decode("utf-8-sig", "replace")) or "{}")
        except (ValueError, RecursionError):
            raise CouldNotLook(
                f"VS Code's settings in {place}/settings.json are no JSON",
                remedy="Mend the file in the editor.",
            ) from None
        found |= told if isinstance(told, dict) else {}
    return found

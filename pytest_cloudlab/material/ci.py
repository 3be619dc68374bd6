"""What GitHub Actions says of the change under review; nothing elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.changes import is_known, touched_lines

MOST_EVENT_BYTES = 4 << 20


@dataclass(frozen=True)
class Review:
    scheduled: bool = False
    """Nobody changes anything: it runs because it is time to."""
    touched: Mapping[str, frozenset[int]] | None = None
    """By path from the course's folder, the lines that the change adds; None when that cannot be told."""
    why_not: str = ""
    """Why it cannot be told, where somebody may expect it."""


def review(root: Path, environment: Mapping[str, str]) -> Review:
    """The review that the gate runs for. Never raises: without it, all lines are treated alike."""
    if environment.get("GITHUB_ACTIONS") != "true":
        return Review()
    scheduled = environment.get("GITHUB_EVENT_NAME") == "schedule"
    bases = bases_of(environment)
    if not bases:
        return Review(scheduled)
    known = next((base for base in bases if is_known(root, base)), "")
    if not known:
        why_not = f"git knows nothing of {bases[0]} (actions/checkout with fetch-depth: 0 brings it)"
        return Review(scheduled, None, why_not)
    try:
        return Review(scheduled, touched_lines(root, known))
    except UsageError as error:
        return Review(scheduled, None, error.message)


def bases_of(environment: Mapping[str, str]) -> list[str]:
    """What the change is to be compared with, best first."""
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    branch = environment.get("GITHUB_BASE_REF", "")
    named = [
        _at(event, "pull_request", "base", "sha"),
        _at(event, "merge_group", "base_sha"),
        f"origin/{branch}" if branch else "",
        branch,
        _at(event, "before"),
    ]
    return [one for one in named if one.strip("0")]  # a branch's first push has nothing before it


def _event(path: str) -> Any:
    try:
        with Path(path).open("rb") as file:
            return json.loads(file.read(MOST_EVENT_BYTES))
    except (OSError, ValueError, RecursionError):
        return None


def _at(event: Any, *keys: str) -> str:
    for key in keys:
        event = event.get(key) if isinstance(event, dict) else None
    return event if isinstance(event, str) else ""

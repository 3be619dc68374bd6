"""The Python libraries of this package's extras: whether those that a lab needs are installed."""

from __future__ import annotations

import re
from importlib import metadata

from pytest_cloudlab.doctor.finding import Finding, State, judged
from pytest_cloudlab.needs import Needs

PACKAGE = "pytest-cloudlab"
_REQUIREMENT = re.compile(r"""([A-Za-z0-9._-]+)(?:\[[^]]*\])?[^;]*;.*\bextra\s*==\s*["']([^"']+)["']""")


def look_at_extras(needs: Needs) -> list[Finding]:
    found = []
    for extra in needs.extras:
        missing = [name for name in members(extra) if not _installed(name)]
        text = f"not installed: {', '.join(missing)}" if missing else "installed"
        state = State.WRONG if missing else State.OK
        fix = f"pip install '{PACKAGE}[{','.join(needs.extras)}]'"
        found.append(judged("libraries", extra, state, text, fix=fix, needed=True))
    return found


def members(extra: str) -> list[str]:
    """The distributions that the extra asks for, itself aside."""
    try:
        lines = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return []
    parts = (_REQUIREMENT.match(line) for line in lines)
    return [part[1] for part in parts if part and part[2] == extra and part[1] != PACKAGE]


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True

"""Which host keys a VM may show: from its cloud first, then from what gcloud has learned."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

KEY = re.compile(r"((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]{1,60}) ([A-Za-z0-9+/]{20,8000}={0,2})(?: .*)?")
"""Whoever is root in the VM writes these: only a key may become a line of known_hosts, no marker."""

GCLOUD_FILE = Path("~/.ssh/google_compute_known_hosts")


def alias(instance_id: str) -> str:
    """The name gcloud, too, files a VM's host key under: ids are never used again, addresses are.

    >>> alias("4711")
    'compute.4711'
    """
    return f"compute.{instance_id}"


def learn(file: Path, name: str, published: Iterable[str]) -> bool:
    """Make `file` a known_hosts that knows `name`; False when nobody knows its keys.

    What the cloud publishes counts most, then what `file` has kept from an earlier time, then what gcloud
    has recorded.
    """
    return _write(file, name, published) or file.exists() or _write(file, name, _recorded(name, GCLOUD_FILE))


def _write(file: Path, name: str, keys: Iterable[str]) -> bool:
    matches = [KEY.fullmatch(key.strip()) for key in keys]
    lines = [f"{name} {match[1]} {match[2]}\n" for match in matches if match]
    if not lines:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    # Runs in parallel write the same file: each puts its own whole one in place.
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(handle, "w") as stream:
        stream.writelines(lines)
    Path(draft).replace(file)
    return True


def _recorded(name: str, file: Path) -> list[str]:
    file = file.expanduser()
    if not file.is_file():
        return []
    # It finds names that are hashed, too.
    done = subprocess.run(
        ["ssh-keygen", "-F", name, "-f", str(file)],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=20,
    )
    lines = [line.split(" ", 1) for line in done.stdout.splitlines() if not line.startswith(("#", "@"))]
    return [line[1] for line in lines if len(line) == 2]

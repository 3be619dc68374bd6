"""The addresses that stand for resources, as Compute Engine writes and reads them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from datetime import UTC, datetime
from typing import Any

ROOT = "https://www.googleapis.com/compute/v1/projects"

NAME = re.compile(r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?")
"""What Compute Engine accepts as the name of a resource."""


def link(project: str, *parts: str) -> str:
    """A self link, e.g. `link("p", "zones", "europe-west1-b", "instances", "vm")`."""
    return "/".join((ROOT, project, *parts))


def relative(url: str) -> str:
    """What follows `projects/` in a full or partial URL; the text itself where there is no `projects/`.

    >>> relative("https://compute.googleapis.com/compute/v1/projects/p/zones/z")
    'p/zones/z'
    """
    before, found, after = url.rpartition("projects/")
    return after if found and (not before or before.endswith("/")) else url


def new_id() -> str:
    """Random and never used again: a client remembers the host key of a VM by its id."""
    return str(secrets.randbelow(1 << 62) + (1 << 60))


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def fingerprint(value: Any) -> str:
    """Changes with the value, as urlsafe base64."""
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()
    return base64.urlsafe_b64encode(digest[:8]).decode()

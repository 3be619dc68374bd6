"""The number that Google gives each project beside its id."""

from __future__ import annotations

import hashlib


def project_number(project: str) -> str:
    """Always the same for the same id."""
    return str(int(hashlib.sha256(project.encode()).hexdigest()[:10], 16))

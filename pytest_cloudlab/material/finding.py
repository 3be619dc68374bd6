"""What a rule says about a place in the material."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from pytest_cloudlab.material.place import Place


class Severity(StrEnum):
    ERROR = "error"
    """Students would be stuck, or misled: the gate is closed."""
    WARNING = "warning"
    """Only in the summary."""


@dataclass(frozen=True)
class Found:
    """What a rule yields: found what where, and what to do about it."""

    place: Place
    message: str
    """One sentence: what was found, and what was expected."""
    remedy: str = ""
    severity: Severity | None = None
    """Where it differs from the rule's."""


@dataclass(frozen=True)
class Finding:
    """`Found`, and all that a report says of it."""

    rule: str
    severity: Severity
    place: Place
    message: str
    remedy: str
    heading: str
    """Slug of the heading that the place is under; empty without one."""
    quote: str
    """The line as it stands there."""

    @property
    def fingerprint(self) -> str:
        """The same wherever on the page the line has moved to, and however it is indented."""
        words = (self.rule, self.place.path, self.heading, " ".join(self.quote.split()))
        return hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()[:16]

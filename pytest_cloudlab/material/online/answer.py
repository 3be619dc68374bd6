"""What became known of an external address."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    GOOD = "good"
    GONE = "gone"
    """The host answered, twice, that there is nothing: 404 or 410."""
    MOVED = "moved"
    """It is there, and its host says that it lives elsewhere for good."""
    NOT_LOOKED_AT = "not looked at"
    """Nobody could tell: never a finding."""


class Answer(msgspec.Struct, frozen=True):
    kind: Kind
    why: str = ""
    """Of what is gone: the status. Of what could not be looked at: the reason, in a few words."""
    address: str = ""
    """Where it lives now, for what has moved."""

"""Why a machine could not be looked into, in one word that a check can act on."""

from __future__ import annotations

from typing import Literal

from pytest_cloudlab.errors import TargetLost

Reason = Literal[
    "host-key", "auth", "refused", "timeout", "dns", "gone", "stopped", "engine", "tools", "lost"
]
"""What kept us out.

`refused` and `timeout` are the two that may be the machine's own doing (nothing listens, a firewall
drops): a check whose outcome *is* reachability may fail on them once a witness answers. All others
say something about us, our keys or the path.
"""


class Lost(TargetLost):
    """A `TargetLost` that knows its reason; every target of this package raises this one.

    >>> Lost("Nothing listens there.", reason="refused").reason
    'refused'
    """

    def __init__(self, message: str, *, remedy: str = "", reason: Reason = "lost") -> None:
        super().__init__(message, remedy=remedy)
        self.reason: Reason = reason

"""What all sabotages have in common."""

from __future__ import annotations

import re
from typing import ClassVar

from pytest_cloudlab.checks.tunnels.walkthrough import Walkthrough


class Sabotage(Walkthrough):
    """A walkthrough whose scene `spoils` goes wrong; the class docstring says how.

    The scenes of `mended_by` are then played again by the walkthrough itself: that puts all right again.
    """

    spoils: ClassVar[str]
    """The scene whose outcome is not the walkthrough's."""
    mended_by: ClassVar[tuple[str, ...]] = ()
    """Empty: by that scene alone."""
    red: ClassVar[frozenset[str]]
    """Exactly the checks that must fail; what needs them is blocked, and nothing else changes."""
    says: ClassVar[str]
    """What is said of it has these words: where the chain ends instead."""

    @classmethod
    def title(cls) -> str:
        """E.g. `another-vm`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


def checks(*names: str) -> frozenset[str]:
    return frozenset(f"test_{name}" for name in names)

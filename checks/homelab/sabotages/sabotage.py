"""What all sabotages have in common."""

from __future__ import annotations

import re
from typing import ClassVar

from pytest_cloudlab.checks.homelab.walkthrough import Walkthrough


class Sabotage(Walkthrough):
    """A walkthrough whose scene `spoils` goes wrong; the class docstring says how.

    The scene is then played again by the walkthrough itself, which puts right what was spoilt.
    """

    spoils: ClassVar[str]
    """The scene whose outcome is not the walkthrough's."""
    red: ClassVar[frozenset[str]]
    """Exactly the checks that must fail; what needs them is blocked, and nothing else changes."""
    judged: ClassVar[str] = ""
    """The steps that it is judged by, when they are not those of its scene."""

    @classmethod
    def title(cls) -> str:
        """E.g. `passwords-allowed`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


def checks(*names: str) -> frozenset[str]:
    return frozenset(f"test_{name}" for name in names)

"""What all sabotages have in common."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from pytest_cloudlab.checks.be.walkthrough import Walkthrough
from pytest_cloudlab.model import Member


class Sabotage(Walkthrough):
    """A walkthrough that goes wrong from `begins` on; the class docstring says how."""

    begins: ClassVar[str]
    """The first scene whose outcome is not the walkthrough's; those before it are left as they were."""
    red: ClassVar[frozenset[str]]
    """Exactly the checks that must fail; what needs them is blocked, and nothing else changes."""
    ends: ClassVar[str] = "run"
    """The last scene that has to be played again for it."""
    by: ClassVar[Literal["member", "teammate"]] = "member"
    """Who does it: the one whose work is judged, or the teammate whose image she runs."""
    spoils: ClassVar[tuple[str, ...]] = ()
    """Scenes that the teammate then has to play again."""
    extra: ClassVar[tuple[Member, ...]] = ()
    """Further members that the roster then has."""

    @classmethod
    def title(cls) -> str:
        """E.g. `author-not-edited`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


def checks(*names: str) -> frozenset[str]:
    return frozenset(f"test_{name}" for name in names)

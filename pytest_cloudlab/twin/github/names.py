"""Names for codespaces: two words, and letters that make the name one of its kind."""

from __future__ import annotations

import secrets
from collections.abc import Collection

_FIRST = ("ample", "bookish", "cosmic", "fluffy", "fuzzy", "humble", "jubilant", "musical", "shiny", "turbo")
_THEN = (
    "acorn",
    "carnival",
    "disco",
    "eureka",
    "goggles",
    "halibut",
    "invention",
    "space",
    "waffle",
    "yodel",
)
_LETTERS = "bcdfghjklmnpqrstvwxyz0123456789"
"""No vowels, so that no word comes of it."""


def new(taken: Collection[str]) -> tuple[str, str]:
    """The words for people, and the name that begins with them and is not `taken`."""
    words = secrets.choice(_FIRST), secrets.choice(_THEN)
    while True:
        name = "-".join((*words, "".join(secrets.choice(_LETTERS) for _ in range(15))))
        if name not in taken:
            return " ".join(words), name

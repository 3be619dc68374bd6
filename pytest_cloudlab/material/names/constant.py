"""What a page's shell variables stand for, where it sets them once and for all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.shell.typed import typed_on

_EXPANSION = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})", re.ASCII)
MAX_CHARACTERS = 300
DEPTH = 4


@lru_cache(maxsize=2048)
def constants_of(page: Page) -> Mapping[str, str]:
    """Values of the variables that are given one value, and no other, on the whole page."""
    found: dict[str, str] = {}
    several: set[str] = set()
    for typed in typed_on(page):
        for each in typed.command.assignments:
            text = each.value.text
            own = each.name in _EXPANSION.sub(lambda match: f" {match[1] or match[2]} ", text).split()
            if own or "$(" in text or "`" in text or found.setdefault(each.name, text) != text:
                several.add(each.name)
    return {name: text for name, text in found.items() if name not in several and text}


def expanded(text: str, constants: Mapping[str, str]) -> str:
    """`$TEAM-app` with what is known of it put in; what is not known as `${TEAM}`.

    >>> expanded("$TEAM-$APP", {"APP": "web"})
    '${TEAM}-web'
    """
    for _ in range(DEPTH):
        before = text
        text = _EXPANSION.sub(lambda match: _value(match[1] or match[2], constants), text)
        if text == before or len(text) > MAX_CHARACTERS:
            break
    return text[:MAX_CHARACTERS]


def _value(name: str, constants: Mapping[str, str]) -> str:
    return constants.get(name, f"${{{name}}}")

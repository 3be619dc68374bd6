"""The metadata at the top of a page, which mkdocs takes off before it renders the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence

_FENCE = re.compile(r"-{3}[ \t]*$")
_END = re.compile(r"(?:-{3}|\.{3})[ \t]*$")
_KEY = re.compile(r"[ ]{0,3}[A-Za-z0-9_-]+:\s*.*$")
_MORE = re.compile(r"(?:[ ]{4}|\t)\s*\S")
_YAML_KEY = re.compile(r"[\"']?[A-Za-z_][\w .-]*[\"']?\s*:(?:\s|$)")


def end_of_front_matter(lines: Sequence[str]) -> int:
    """Index of the first line after it; 0 when there is none."""
    if not lines:
        return 0
    if _FENCE.match(lines[0]):
        for index in range(1, len(lines)):
            if _END.match(lines[index]):
                inner = lines[1:index]
                # What is no table, mkdocs leaves on the page: `---` was a rule there.
                said = [line for line in inner if line.strip() and not line.lstrip().startswith("#")]
                return index + 1 if said and _YAML_KEY.match(said[0]) else 0
        return 0
    index = 0
    while index < len(lines) and (_KEY.match(lines[index]) or (index and _MORE.match(lines[index]))):
        index += 1
    return index  # MultiMarkdown's: keys on the very first lines

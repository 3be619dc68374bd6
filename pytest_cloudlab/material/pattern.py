"""Patterns of paths, as of `pathlib.Path.glob`."""

from __future__ import annotations

from fnmatch import fnmatchcase


def matches(path: str, pattern: str) -> bool:
    """Whether `path` is one that `pattern` names, or lies in a folder that it names.

    >>> matches("docs/a/b.md", "docs/**/*.md"), matches("docs/a/b.md", "docs/a"), matches("docs/a.md", "a.md")
    (True, True, False)
    """
    parts = path.split("/")
    # How much of the path the pattern's parts so far may stand for: no more steps than both are long.
    reached = {0}
    for part in pattern.strip("/").removeprefix("./").split("/"):
        if part == "**":
            reached = set(range(min(reached), len(parts) + 1)) if reached else reached
        else:
            reached = {at + 1 for at in reached if at < len(parts) and fnmatchcase(parts[at], part)}
    return bool(reached)

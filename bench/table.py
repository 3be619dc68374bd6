"""A measurement as a table, to stdout and between the markers of a document."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with its columns aligned.

    >>> print(table(["a"], [["1"]]))
    | a |
    |---|
    | 1 |
    """
    every = [list(head), *map(list, rows)]
    widths = [max(len(row[column]) for row in every) for column in range(len(head))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in every]  # fmt: skip  # noqa: E501
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def machine(*packages: str) -> str:
    """One line on what this ran on."""
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}"  # noqa: E501


def verdict(what: str, got: float, goal: float, unit: str, *, at_least: bool) -> str:
    met = got >= goal if at_least else got <= goal
    sign = "≥" if at_least else "≤"
    return f"- {what}: {got:.2f} {unit} (goal {sign} {goal:g}): {'met' if met else 'NOT met'}"


def publish(name: str, text: str, document: Path | None) -> None:
    """Print it; and put it between `<!-- name -->` and `<!-- /name -->` of a document, added if missing."""
    print(text)
    if document is None:
        return
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    old = document.read_text() if document.exists() else "# Performance\n"
    if begin not in old:
        old = f"{old.rstrip()}\n\n{begin}\n{end}\n"
    before, rest = old.split(begin, 1)
    document.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}")

"""A measurement as Markdown: its table, its verdicts, and where it goes in a document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

PROGRAM = "python -m bench --write"
END = "<!-- /bench -->"


def begin(program: str = PROGRAM) -> str:
    """The mark before what `program` writes."""
    return f"<!-- bench: written by `{program}` -->"


BEGIN = begin()


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with its columns aligned.

    >>> print(table(["what", "ms"], [["ssh", "4.1"]]))
    | what | ms  |
    |------|-----|
    | ssh  | 4.1 |
    """
    every = [list(head), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*every, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in every
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def at_least(what: str, got: float, goal: float, unit: str) -> str:
    """A verdict on a ratio.

    >>> at_least("faster", 12.3, 10, "times")
    '- faster: 12.3 times (goal: at least 10): met'
    """
    return f"- {what}: {got:.1f} {unit} (goal: at least {goal:g}): {'met' if got >= goal else 'NOT met'}"


def at_most(what: str, got: tuple[float, float, float], goal: float, unit: str) -> str:
    """`got` is a value and the bounds it lies between: a goal between them is neither met nor missed.

    >>> at_most("start-up", (2.0, 1.5, 2.5), 5, "ms")
    '- start-up: 2.00 ms, 1.50 to 2.50 with 95 % confidence (goal: at most 5): met'
    """
    value, low, high = got
    verdict = "met" if high <= goal else "NOT met" if low > goal else "cannot be told from this run"
    between = f"{low:.2f} to {high:.2f} with 95 % confidence"
    return f"- {what}: {value:.2f} {unit}, {between} (goal: at most {goal:g}): {verdict}"


def write(text: str, document: Path, *, program: str = PROGRAM) -> None:
    """Put `text` between the two markers of `document`, in place of what is there.

    Markers that are missing are added at its end, with the document itself if need be.
    """
    old = document.read_text(encoding="utf-8") if document.exists() else "# Performance\n"
    mark = begin(program)
    if mark not in old:
        old = f"{old.rstrip()}\n\n{mark}\n{END}\n"
    before, rest = old.split(mark, 1)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{document} has {mark} but no {END} after it.")
    document.write_text(f"{before}{mark}\n\n{text}\n\n{END}{after}", encoding="utf-8")

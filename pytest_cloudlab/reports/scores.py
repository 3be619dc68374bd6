"""A table of everybody's scores on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports import MARKS, number
from pytest_cloudlab.reports.console import STYLES, Sheet
from pytest_cloudlab.standing import Card


def print_scores(cards: Sequence[Card], console: Console) -> None:
    """Everybody's points, step by step; where there are several teams, below the name of each."""
    sheet = Sheet(console)
    numbers = list(dict.fromkeys(step.step.number for card in cards for step in card.steps))
    several = len({card.team.id for card in cards}) > 1
    rows = [[sheet.text(word, "bold") for word in ("Member", *numbers, "Points")]]
    heads: dict[int, Text] = {}
    for before, card in zip((None, *cards), cards, strict=False):
        if several and (before is None or before.team.id != card.team.id):
            heads[len(rows)] = sheet.text(card.team.id, "bold")
        tallies = {step.step.number: step for step in card.steps}
        cells = [
            sheet.text(f"{MARKS[tally.worst]} {number(tally.points)}", STYLES[tally.worst])
            if tally
            else Text()
            for tally in map(tallies.get, numbers)
        ]
        name = sheet.text(plain(card.member.name or card.member.id, 24))
        rows.append([name, *cells, sheet.text(f"{number(card.points)} / {number(card.possible)}", "bold")])
    widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
    for at, part in enumerate(_parts(widths, console.width)):
        if at:
            sheet.blank()
        room = console.width - widths[0] - sum(widths[column] for column in part)
        gap = max(1, min(3, room // len(part)))
        for index, row in enumerate(rows):
            if index in heads:
                sheet.whole(heads[index])
            # Never wrapped and never cropped: half a number would be a wrong one.
            line = row[0] + Text(" " * (widths[0] - row[0].cell_len))
            for column in part:
                line += Text(" " * (gap + widths[column] - row[column].cell_len)) + row[column]
            sheet.whole(line)


def _parts(widths: Sequence[int], width: int) -> list[list[int]]:
    """The columns after the first, in as many tables below each other as it takes; one at least in each."""
    parts: list[list[int]] = []
    left = 0
    for column in range(1, len(widths)):
        left -= 1 + widths[column]
        if left < 0 or not parts:
            parts.append([])
            left = width - widths[0] - 1 - widths[column]
        parts[-1].append(column)
    return parts

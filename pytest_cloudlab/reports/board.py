"""A class on a terminal: a line for each member, a mark for each outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.text import Text

from pytest_cloudlab.model import Member, Standing, Team
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports import MARKS, WORDS, number
from pytest_cloudlab.reports.console import STYLES, Sheet
from pytest_cloudlab.standing import STATES, State, state_of

NAME, TEAM = 20, 12
"""Cells of a terminal: a Chinese letter takes two."""
LEAST_ASIDE = 10
LEGEND: tuple[State, ...] = ("passed", "failed", "blocked", "inconclusive", "not asked")
BEGUN = "◐"
"""A step of which something is achieved, and nothing is wrong."""


class Line:
    """One member: name, marks grouped by step, points."""

    def __init__(
        self, team: Team, member: Member, standings: Mapping[str, Standing], *, final: bool, aside: str = ""
    ) -> None:
        self.team, self.member, self.standings = team, member, standings
        self.final, self.aside = final, aside

    @property
    def steps(self) -> list[list[State]]:
        grouped: dict[str, list[State]] = {}
        for one in self.standings.values():
            grouped.setdefault(one.check.step, []).append(state_of(one, final=self.final))
        return list(grouped.values())

    @property
    def points(self) -> str:
        points = sum(one.points for one in self.standings.values())
        possible = sum(one.check.points for one in self.standings.values())
        return f"{number(points)}/{number(possible)}"


class BoardView:
    """The lines of a class, with a heading for each team; `compact` has the team in each line instead.

    All lines are alike: each outcome has a mark of its own, or where these do not fit the width, each step.
    """

    def __init__(
        self, title: str, lines: Sequence[Line], foot: str, *, more: str = "", compact: bool = False
    ) -> None:
        self._title, self._lines, self._foot, self._more = title, lines, foot, more
        self._compact = compact

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Group(*self._rows(console))

    def _rows(self, console: Console) -> Iterable[Text]:
        sheet, room = Sheet(console), console.width
        yield _cut(sheet, sheet.text(plain(self._title), "bold"), room)
        names = NAME + 3 + (TEAM + 1 if self._compact else 0)
        widest = max((len(line.points) for line in self._lines), default=0)
        way = _way(self._lines[0].steps, room - names - widest - 1) if self._lines else "outcomes"
        team = ""
        for line in self._lines:
            if line.team.id != team and not self._compact:
                team = line.team.id
                yield _cut(sheet, sheet.text(plain(team), "bold"), room)
            yield self._row(sheet, line, way, room, widest)
        if self._more:
            yield _cut(sheet, sheet.text(f"  {self._more}", "dim"), room)
        yield Text()
        yield from _legend(sheet, way, room)
        yield _cut(sheet, sheet.text(plain(self._foot), "bold"), room)

    def _row(self, sheet: Sheet, line: Line, way: str, room: int, widest: int) -> Text:
        row = Text("  ")
        if self._compact:
            row += _cell(sheet, sheet.text(plain(line.team.id), "dim"), TEAM) + Text(" ")
        row += _cell(sheet, sheet.text(plain(line.member.name or line.member.id)), NAME) + Text(" ")
        row += _marks(sheet, line.steps, way)
        points = Text(line.points.rjust(widest), "bold")
        gap = room - row.cell_len - points.cell_len
        aside = Text()
        if line.aside and gap - 3 >= LEAST_ASIDE:
            aside = Text("  ") + _cut(sheet, sheet.text(plain(line.aside), "dim"), gap - 3)
        if gap < 1:
            row.truncate(max(0, room - points.cell_len - 1))
        return row + aside + Text(" " * max(1, gap - aside.cell_len)) + points


def _way(steps: list[list[State]], room: int) -> str:
    """How the marks are set, so that they fit: by outcome with gaps between steps, without, or by step."""
    outcomes = sum(map(len, steps))
    if outcomes + len(steps) - 1 <= room:
        return "grouped"
    return "outcomes" if outcomes <= room else "steps"


def _marks(sheet: Sheet, steps: list[list[State]], way: str) -> Text:
    marks = Text()
    for at, states in enumerate(steps):
        if way == "grouped" and at:
            marks.append(" ")
        for state in states if way != "steps" else [min(states, key=STATES.index)]:
            begun = way == "steps" and "passed" in states and state in ("blocked", "not asked", "not due")
            mark = _begun(sheet) if begun else MARKS[state].translate(sheet.letters)
            marks.append(mark, STYLES["passed"] if begun else STYLES[state])
    return marks


def _begun(sheet: Sheet) -> str:
    return "~" if sheet.letters else BEGUN


def _legend(sheet: Sheet, way: str, room: int) -> Iterable[Text]:
    """What the marks mean, on as many lines as it takes."""
    words = [sheet.text(f"{MARKS[state]} {WORDS[state]}", STYLES[state]) for state in LEGEND]
    if way == "steps":
        words.insert(1, Text(f"{_begun(sheet)} begun", STYLES["passed"]))
        words.append(sheet.text("(a mark is a step)", "dim"))
    line = Text()
    for word in words:
        if line and line.cell_len + 2 + word.cell_len > room:
            yield line
            line = Text()
        line += (Text("  ") if line else Text()) + word
    yield _cut(sheet, line, room)


def _cut(sheet: Sheet, text: Text, cells: int) -> Text:
    # Not every terminal knows an ellipsis.
    text.truncate(max(1, cells), overflow="crop" if sheet.letters else "ellipsis")
    return text


def _cell(sheet: Sheet, text: Text, cells: int) -> Text:
    _cut(sheet, text, cells).pad_right(max(0, cells - text.cell_len))
    return text

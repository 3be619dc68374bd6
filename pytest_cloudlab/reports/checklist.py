"""One member's card on a terminal that is drawn again and again: as much of it as fits the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.text import Text

from pytest_cloudlab.model import Standing
from pytest_cloudlab.reports import MARKS
from pytest_cloudlab.reports.console import STYLES, CardPrinter, Sheet
from pytest_cloudlab.standing import Card, State, StepTally

DONE = ("passed", "not due")
AHEAD = ("blocked", "not asked", "not due", "inconclusive")


class Checklist:
    """The card, and below it `foot`. On at most `most_rows` lines, where that is more than none: steps that
    are done take one line each then, after them those that wait; then all of a kind take one line
    together, and only the step that has the next thing to do is shown in full."""

    def __init__(self, card: Card, foot: str, *, most_rows: int = 0) -> None:
        self._card, self._foot, self._most_rows = card, foot, most_rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Group(*self._lines(console))

    def _lines(self, console: Console) -> list[Text]:
        steps = self._card.steps
        done = [step for step in steps if all(step.state(one) in DONE for one in step.standings)]
        ahead = [step for step in steps if all(step.state(one) in AHEAD for one in step.standings)]
        next_ = self._card.next_check
        rest = [step for step in steps if not next_ or step.step.number != next_.step]
        drawn = _Drawn(console, self._card, self._foot)
        ways = [
            ([], [], []),
            (done, [], []),
            ([*done, *ahead], [], []),
            (rest, done, []),
            (rest, done, ahead),
        ]
        for short, gone, later in [*ways, (steps, done, [])]:
            body, end = drawn.lines(short, gone, later)
            if not self._most_rows or len(body) + len(end) <= self._most_rows:
                return body + end
        room = max(1, self._most_rows - len(end) - 1)
        return [*body[:room], Text("  …"), *end]


class News(CardPrinter):
    """Prints single outcomes, each with the time and its step."""

    def __init__(self, console: Console, card: Card) -> None:
        super().__init__(console, card.lab, card.team, card.member, [one.check for one in card.standings])
        self._step = ""  # whose it is has been said

    def show(self, standing: Standing) -> None:
        self._step = standing.check.step
        heading = f"{datetime.now():%H:%M:%S}  {self._lab.step(self._step).title} ({self._step})"
        self._sheet.put(self._sheet.text(heading, "dim"))
        super().show(standing)


def printer_of(console: Console, card: Card) -> CardPrinter:
    """What prints `card` row by row."""
    return CardPrinter(console, card.lab, card.team, card.member, [one.check for one in card.standings])


class _Pile(Sheet):
    """Keeps its lines."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.lines: list[Text] = []

    def whole(self, content: Text) -> None:
        # An address that is cut still leads where it led, on a terminal that knows links.
        content.truncate(self._console.width, overflow="ellipsis")
        self._print(content)

    def _print(self, line: Text) -> None:
        self.lines.append(line)


class _Drawn(CardPrinter):
    def __init__(self, console: Console, card: Card, foot: str) -> None:
        super().__init__(console, card.lab, card.team, card.member, [one.check for one in card.standings])
        self.since, self._step = None, ""
        self._card, self._foot = card, foot
        self._sheet: _Pile
        self._console = console

    def lines(
        self, short: Sequence[StepTally], gone: Sequence[StepTally], later: Sequence[StepTally]
    ) -> tuple[list[Text], list[Text]]:
        """The card with a line for each of the steps `short`, one for all of `gone` and one for all of
        `later`; and what stands below it in any case."""
        self._sheet = _Pile(self._console)
        self._head()
        in_short = bool(gone)
        if gone:
            self._many(f"{len(gone)} with nothing left to do", "passed")
        for step in self._card.steps:
            if step in gone or step in later:
                continue
            if step in short:
                if not in_short:
                    self._sheet.blank()
                self._in_short(step)
            else:
                self._step = ""
                for standing in step.standings:
                    self.show(standing)
            in_short = step in short
        if later:
            self._many(f"{len(later)} to come", "blocked")
        body = self._sheet.lines
        self._sheet = _Pile(self._console)
        self.finish(self._card)
        self._sheet.put(self._sheet.text(self._foot, "dim"))
        return body, self._sheet.lines

    def _many(self, words: str, state: State) -> None:
        self._sheet.blank()
        self._sheet.put(
            self._sheet.text(f"steps: {words}", "dim"), self._sheet.text(MARKS[state], STYLES[state])
        )

    def _in_short(self, step: StepTally) -> None:
        sheet = self._sheet
        marks = Text()
        for one in step.standings:
            state = step.state(one)
            marks.append(MARKS[state].translate(sheet.letters), STYLES[state])
        heading = sheet.text(f"{step.step.number} {step.step.title}", "bold" if step.to_fix else "")
        sheet.put(heading, marks)

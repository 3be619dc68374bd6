"""A class on the screen while it is judged: a board on a terminal, a line for each member in a log."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import click
from rich.console import Console
from rich.live import Live

from pytest_cloudlab.cli.durations import roughly
from pytest_cloudlab.cli.pace import Pause
from pytest_cloudlab.cli.progress import say
from pytest_cloudlab.cli.stopping import ENDING, tell_stopping
from pytest_cloudlab.grading.board import Board, Row
from pytest_cloudlab.grading.roll import Sitting
from pytest_cloudlab.grading.round import Round
from pytest_cloudlab.model import Verdict
from pytest_cloudlab.reports import MARKS
from pytest_cloudlab.reports.board import BoardView, Line
from pytest_cloudlab.standing import State, state_of

A_SECOND = 4
"""How often the board is drawn."""
FRAME_ROWS = 7
"""Title, blank, a legend of two lines or three, foot, and the cursor's."""
PAGE_S = 6.0
"""Between rounds, a class that is too large for the screen is paged through."""
MOST_NEWS = 4


class Screen(Protocol):
    """Where a class is shown, over one round or many."""

    board: Board | None
    pause: Pause | None
    """Set between rounds."""

    def begin(self, round_: Round) -> Board:
        """The listener of that round; what it hears is shown."""

    def rest(self, pause: Pause) -> None:
        """Nothing is asked until the next round begins."""

    def say(self, words: str) -> None:
        """Something that the board does not show."""

    def stopping(self) -> None:
        """From a signal's handler: it ends, once the sessions have."""


@contextmanager
def screen(title: str, *, only_news: bool = False) -> Iterator[Screen]:
    """The screen of this process, while this is open. A log is told of each member that was judged; with
    `only_news`, of those of whom there is something new."""
    console = Console(highlight=False, stderr=not Console().is_terminal)
    if not console.is_terminal:
        yield LogScreen(only_news=only_news)
        return
    shown = TerminalScreen(title, console)
    with Live(
        console=console, get_renderable=shown.view, refresh_per_second=A_SECOND, transient=True
    ) as live:
        shown.live = live
        yield shown


class TerminalScreen:
    live: Live

    def __init__(self, title: str, console: Console) -> None:
        self._title, self._console = title, console
        self.board: Board | None = None
        self.pause: Pause | None = None
        self._ending = ""

    def begin(self, round_: Round) -> Board:
        self.pause = None
        self.board = Board(round_)
        return self.board

    def rest(self, pause: Pause) -> None:
        self.pause = pause

    def say(self, words: str) -> None:
        self.live.console.print(f"  … {words}", markup=False, highlight=False)

    def stopping(self) -> None:
        self._ending = ENDING

    def view(self) -> BoardView:
        if self.board is None:
            return BoardView(self._title, [], "starting")
        words = self.pause.words if self.pause else foot(self.board)
        return view(self._title, self.board, self._console.height - FRAME_ROWS, self._ending or words)


class LogScreen:
    def __init__(self, *, only_news: bool) -> None:
        self._only_news = only_news
        self.board: Board | None = None
        self.pause: Pause | None = None

    def begin(self, round_: Round) -> Board:
        self.pause = None
        self.board = LogBoard(round_, only_news=self._only_news)
        return self.board

    def rest(self, pause: Pause) -> None:
        self.pause = pause
        say(pause.words)

    def say(self, words: str) -> None:
        say(words)

    def stopping(self) -> None:
        tell_stopping()


class LogBoard(Board):
    """Says in a line who is judged, as each is."""

    def __init__(self, round_: Round, *, only_news: bool) -> None:
        super().__init__(round_)
        self._only_news = only_news
        self._before = {row.member.id: _states(row, final=self.final) for row in self.rows}
        self._saying = threading.Lock()

    def ended(self, sitting: Sitting) -> None:
        super().ended(sitting)
        one, row = sitting.assize.assignment, self.row(sitting.assize)
        who = f"{one.team.id}/{one.member.id}"
        with self._saying:
            if not self._only_news:
                say(f"[{self.done}/{self.asked}] {who}: {_words(row)}")
                return
            for line in self._news(row):
                click.echo(f"{who}: {line}")

    def _news(self, row: Row) -> list[str]:
        now, before = _states(row, final=self.final), self._before[row.member.id]
        new = [
            f"{MARKS[state]} {row.standings[name].check.title}"
            for name, state in now.items()
            if state != before[name] and state in ("passed", "failed", "inconclusive")
        ]
        more = [f"and {len(new) - MOST_NEWS} more"] if len(new) > MOST_NEWS + 1 else []
        problem = [_words(row)] if row.stage == "interrupted" else []
        return problem + (new[:MOST_NEWS] if more else new) + more + ([_words(row)] if new and more else [])


def view(title: str, board: Board, most_rows: int, foot: str) -> BoardView:
    """The board on `most_rows` lines; what they cannot hold is counted or comes later."""
    rows, most_rows = board.rows, max(most_rows, 1)
    teams = len({row.team.id for row in rows})
    chosen: Sequence[int] = range(len(rows))
    more = ""
    if len(rows) > most_rows:
        chosen, more = _chosen(board, max(most_rows - 1, 1))
    lines = [
        Line(row.team, row.member, row.standings, final=board.final, aside=_aside(row))
        for row in (rows[at] for at in chosen)
    ]
    return BoardView(title, lines, foot, more=more, compact=len(rows) + teams > most_rows)


def _chosen(board: Board, most: int) -> tuple[Sequence[int], str]:
    """Those at work first, while there are any; else page by page."""
    every = len(board.rows)
    if board.running:
        order = {"running": 0, "interrupted": 1, "waiting": 2, "judged": 3, "not asked": 4}
        first = sorted(range(every), key=lambda at: order[board.rows[at].stage])[:most]
        return sorted(first), f"and {every - most} more members"
    begin = int(board.elapsed_s / PAGE_S) * most % (-(-every // most) * most)
    end = min(begin + most, every)
    return range(begin, end), f"members {begin + 1} to {end} of {every}"


def foot(board: Board) -> str:
    words = f"{board.done} of {board.asked} judged, {board.running} at work, {roughly(board.elapsed_s)}"
    left = board.left_s
    return words if not left else f"{words}; about {roughly(left, rounded=True)} left"


def _aside(row: Row) -> str:
    return {"running": row.asking or "starting", "interrupted": "could not be judged"}.get(row.stage, "")


def _states(row: Row, *, final: bool) -> dict[str, State]:
    return {name: state_of(one, final=final) for name, one in row.standings.items()}


def _words(row: Row) -> str:
    if row.stage == "interrupted":
        return "could not be judged to the end"
    verdicts = [one.verdict for one in row.standings.values()]
    unjudged = verdicts.count(Verdict.INCONCLUSIVE)
    words = f"{verdicts.count(Verdict.PASSED)} achieved, {verdicts.count(Verdict.FAILED)} to fix"
    return f"{words}, {unjudged} could not be judged" if unjudged else words

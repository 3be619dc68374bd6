"""One member's own checklist on the screen, round after round; in a log, what has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.live import Live

from pytest_cloudlab.cli.class_board import A_SECOND, Screen
from pytest_cloudlab.cli.pace import Pause
from pytest_cloudlab.cli.progress import say
from pytest_cloudlab.cli.stopping import ENDING, tell_stopping
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.board import Board, Row
from pytest_cloudlab.grading.events import Event, Judged
from pytest_cloudlab.grading.round import Round
from pytest_cloudlab.model import Standing
from pytest_cloudlab.reports.checklist import Checklist, News, printer_of
from pytest_cloudlab.reports.console import print_card
from pytest_cloudlab.standing import Card


@contextmanager
def own_screen() -> Iterator[Screen]:
    """The screen of this process, while this is open."""
    console = Console(highlight=False)
    if not console.is_terminal:
        yield OwnLog(console)
        return
    shown = OwnTerminal(console)
    with Live(
        console=console, get_renderable=shown.view, refresh_per_second=A_SECOND, transient=True
    ) as live:
        shown.live = live
        yield shown


class OwnTerminal:
    live: Live

    def __init__(self, console: Console) -> None:
        self._console = console
        self.board: Board | None = None
        self._card: Card | None = None
        self._looked = self._ending = ""
        self.pause: Pause | None = None

    def begin(self, round_: Round) -> Board:
        self.pause, self._card = None, round_.known[0]
        self.board = Board(round_)
        return self.board

    def rest(self, pause: Pause) -> None:
        self._looked = f"looked at {datetime.now():%H:%M:%S}"
        self.pause = pause

    def say(self, words: str) -> None:
        self.live.console.print(f"  … {words}", markup=False, highlight=False)

    def stopping(self) -> None:
        self._ending = ENDING

    def view(self) -> Checklist | str:
        if self.board is None or self._card is None:
            return "starting"
        row = self.board.rows[0]
        foot = f"{self._looked}; {self.pause.words}" if self.pause else f"looking … {row.asking}"
        return Checklist(_card(self._card, row), self._ending or foot, most_rows=self._console.height - 1)


class OwnLog:
    def __init__(self, console: Console) -> None:
        self._console = console
        self.board: Board | None = None
        self.pause: Pause | None = None

    def begin(self, round_: Round) -> Board:
        self.pause = None
        card = round_.known[0]
        printer = News(self._console, card) if self.board else printer_of(self._console, card)
        self.board = _Telling(round_, printer.show, only_news=self.board is not None)
        return self.board

    def rest(self, pause: Pause) -> None:
        self.pause = pause  # and a log is told what has changed, nothing else

    def say(self, words: str) -> None:
        say(words)

    def stopping(self) -> None:
        tell_stopping()


def show_end(card: Card, console: Console) -> None:
    """The whole card where the checklist stood; a log has had its rows, and gets the totals."""
    if console.is_terminal:
        print_card(card, console)
    else:
        News(console, card).finish(card)


class _Telling(Board):
    """Tells of each outcome, or only of those that are not as they were."""

    def __init__(self, round_: Round, tell: Callable[[Standing], None], *, only_news: bool) -> None:
        super().__init__(round_)
        self._tell, self._only_news = tell, only_news

    def heard(self, assize: Assize, event: Event) -> None:
        if isinstance(event, Judged):
            before = self.row(assize).standings[event.standing.check.name]
            if not self._only_news or _said(before) != _said(event.standing):
                self._tell(event.standing)
        super().heard(assize, event)


def _said(standing: Standing) -> tuple[object, str]:
    seen = standing.observation
    return standing.verdict, seen.message if seen else ""


def _card(card: Card, row: Row) -> Card:
    return Card(tuple(row.standings.values()), card.final, card.lab, card.team, card.member)

"""Round after round over the same members, until the time is over or somebody stops it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence

from pytest_cloudlab.cli.class_board import Screen
from pytest_cloudlab.cli.pace import Pace
from pytest_cloudlab.cli.stopping import stoppable
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.board import Board
from pytest_cloudlab.grading.engines import Engine
from pytest_cloudlab.grading.roll import Sitting, is_left
from pytest_cloudlab.grading.round import begin_round, cards_of
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.standing import Card

ASKED = "watch"


class Watching:
    def __init__(
        self,
        read: Callable[[], Sequence[Assize]],
        journal: Journal,
        engine: Callable[[], Engine],
        screen: Screen,
        workers: int,
    ) -> None:
        """`read` says whom to judge: it is asked before each round, for the roster may have been edited."""
        self._read, self._journal, self._engine = read, journal, engine
        self._screen, self._workers = screen, workers
        self._assizes: Sequence[Assize] = ()
        self._judged_once = False
        self.sittings: list[Sitting] = []
        """Of the last round that came to its end."""

    def run(self, pace: Pace, *, until_done: bool) -> None:
        """Until the time is over, Ctrl-C, or with `until_done` until there is nothing left to ask.

        Raises `UsageError` while nothing was judged; a later one is said, and the next round tries again.
        """
        with contextlib.suppress(KeyboardInterrupt):
            while not self._rounds(pace, until_done=until_done):
                pass

    def cards(self) -> list[Card]:
        """How everybody stands now. Raises `UsageError` when nobody was judged."""
        return cards_of(self._assizes or self._read(), self._journal)

    def _rounds(self, pace: Pace, *, until_done: bool) -> bool:
        """Whether it is over. Sessions that a mistake has ended are not started again: there are new ones."""
        with self._engine() as sessions, stoppable(sessions, self._screen.stopping):
            sessions.warm()
            while True:
                began_s, broken = time.monotonic(), None
                try:
                    left = self._round(sessions)
                except UsageError as error:
                    if not self._judged_once:
                        raise
                    left, broken = True, error
                    self._screen.say(plain(f"{error.message}: {error.remedy}".removesuffix(": "), 600))
                if not left and until_done:
                    return True
                next_s = pace.next_s(began_s)
                if next_s is None:
                    return True
                self._screen.rest(pace.pause(next_s))
                pace.wait(next_s)
                if broken:
                    return False

    def _round(self, sessions: Engine) -> bool:
        """Whether anybody has something left to be asked after it."""
        assizes = self._read()
        known = self._known(assizes)
        round_ = begin_round(assizes, self._journal, ASKED, known=known)
        board = self._screen.begin(round_)
        self._assizes = assizes
        try:
            self.sittings = round_.judge(board, sessions, workers=self._workers)
            self._judged_once = True
        finally:
            self._judged_once = self._judged_once or board.outcomes > 0
            round_.finish()
        pairs = zip(assizes, board.rows, strict=True)
        return any(is_left(each, one) for one, row in pairs for each in row.standings.values())

    def _known(self, assizes: Sequence[Assize]) -> list[Card]:
        """Everybody's cards as the last round left them on the board; none where these are other people."""
        board: Board | None = self._screen.board
        before = [one.assignment.member.id for one in self._assizes]
        if board is None or before != [one.assignment.member.id for one in assizes]:
            return []
        cards = []
        for one, row in zip(assizes, board.rows, strict=True):
            if row.stage == "interrupted":
                cards += cards_of([one], self._journal)
            else:
                lab = one.assignment.lab
                cards.append(Card(tuple(row.standings.values()), one.final, lab, row.team, row.member))
        return cards

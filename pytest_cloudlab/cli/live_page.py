"""The page for the projector, kept up to date while a class is judged."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pytest_cloudlab.cli.class_board import Screen
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.model import Lab
from pytest_cloudlab.reports.live import LivePage, Moment, Place

EVERY_S = 1.0
"""The page is written at most so often."""


@contextmanager
def live_page(folder: Path | None, lab: Lab, screen: Screen, evidence: Path | None) -> Iterator[None]:
    """While this is open, a page in `folder` shows what `screen` does; `evidence` is where that is kept,
    for a page with details.

    Raises `UsageError` when it cannot be written at all; later, that is said, and it is tried again.
    """
    if folder is None:
        yield
        return
    writer = _Writer(LivePage(folder, EvidenceStore(evidence) if evidence else None), lab, screen)
    writer.write()
    screen.say(f"the page: {folder / 'index.html'}")
    thread = threading.Thread(target=writer.keep_writing, name="cloudlab-live-page", daemon=True)
    thread.start()
    try:
        yield
    finally:
        writer.over.set()
        thread.join()
        with contextlib.suppress(UsageError):
            writer.write()
        click.echo(f"Page: {folder / 'index.html'}", err=True)


class _Writer:
    def __init__(self, page: LivePage, lab: Lab, screen: Screen) -> None:
        self._page, self._lab, self._screen = page, lab, screen
        self._failing = False
        self.over = threading.Event()

    def keep_writing(self) -> None:
        while not self.over.wait(EVERY_S):
            try:
                self.write()
            except UsageError as error:
                if not self._failing:
                    self._screen.say(error.message)
                self._failing = True
            else:
                self._failing = False

    def write(self) -> None:
        board = self._screen.board
        places = [
            Place(row.team, row.member, row.standings, row.stage == "running")
            for row in (board.rows if board else ())
        ]
        over = self.over.is_set()
        words = "the session is over" if over else self._words()
        final = board.final if board else False
        self._page.show(Moment(self._lab, self._lab.title, places, words, final=final, over=over))

    def _words(self) -> str:
        board = self._screen.board
        if self._screen.pause:
            return self._screen.pause.next
        return f"{board.done} of {board.asked} judged, {board.running} at work" if board else "starting"

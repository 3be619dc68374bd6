"""A member's session shown on the terminal while it runs."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from pytest_cloudlab.grading.events import Asking, Event, Judged
from pytest_cloudlab.grading.member import Assize, judge_member
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.reports.console import CardPrinter
from pytest_cloudlab.standing import Card


def judge_and_show(assize: Assize, *, sessions: Sessions | None = None, only_new: bool = False) -> Card:
    """Judge the member, each check on the screen as soon as it is known.

    With `only_new`, what was achieved before is counted and not shown again. Of a lab that is still going
    on (`assize.until`), what is not due and the totals are not shown.
    """
    console = Console(highlight=False)
    console.print()
    one = assize.assignment
    checks = assize.checks
    titles = {check.name: check.title for check in checks}
    printer = CardPrinter(console, one.lab, one.team, one.member, checks)
    # On a terminal, a line that says what is being asked; in a log, the rows themselves are progress.
    with console.status("starting") as status:

        def show(event: Event) -> None:
            if isinstance(event, Asking):
                status.update(escape(titles.get(event.check, event.check)))
            elif isinstance(event, Judged) and not (
                (only_new and event.earlier) or (assize.until and event.standing.verdict is None)
            ):
                printer.show(event.standing)

        card = judge_member(assize, show, sessions=sessions)
    if not assize.until:
        printer.finish(card)
    return card

"""One member judged in a session of its own: start it, follow it, write down what it saw."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import msgspec

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.errors import CouldNotLook, TimedOut, UsageError
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.engines import Engine
from pytest_cloudlab.grading.events import Event, Judged, Observed, read_event
from pytest_cloudlab.grading.hearing import End
from pytest_cloudlab.grading.record import Brief
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.journal import Journal, open_journal
from pytest_cloudlab.model import Check
from pytest_cloudlab.redaction import clean
from pytest_cloudlab.standing import Card, card_of
from pytest_cloudlab.waiting import Deadline

__all__ = ["Assize", "card", "judge", "judge_member"]

SESSION_LIMIT_S = 30 * 60.0
TAIL = 15
REFUSED = 4
"""pytest's exit status for a usage error."""


def judge_member(
    assize: Assize,
    on_event: Callable[[Event], None],
    *,
    sessions: Sessions | None = None,
    limit_s: float = SESSION_LIMIT_S,
) -> Card:
    """Run one member's session to its end and return the card that the journal then adds up to.

    `sessions` that are warm already start it at once. Raises what `judge` raises.
    """
    checks = assize.checks
    given = contextlib.nullcontext(sessions) if sessions else Sessions()
    with given as sessions, contextlib.closing(open_journal(assize.data)) as journal:
        run = journal.start_run(assize.assignment.lab.id, read_checks(assize.assignment.lab))
        judge(assize, run, journal, sessions, on_event, limit_s=limit_s)
        return card(assize, checks, journal)


def judge(
    assize: Assize,
    run: str,
    journal: Journal,
    engine: Engine,
    on_event: Callable[[Event], None],
    *,
    limit_s: float = SESSION_LIMIT_S,
) -> None:
    """Run the member's session to its end; each observation is in the journal before `on_event` hears of it.

    Raises `UsageError` with the session's own words when it refused to start, and `CouldNotLook` when
    it died or took longer than `limit_s`: what it had judged by then is in the journal.
    """
    one = assize.assignment
    open_ones = {check.name for check in assize.checks}
    past = journal.deciding(one.lab.id, one.team.id, one.member.id, read_checks(one.lab))
    brief = Brief(run, tuple(past))
    end: End | None = None
    with contextlib.closing(engine.attend(assize, brief, Deadline.after(limit_s))) as hearing:
        try:
            for heard in hearing:
                if isinstance(heard, End):
                    end = heard
                    break
                event = _event(heard)
                if event is None:
                    continue
                if isinstance(event, Observed):
                    journal.append(event.observation)
                elif isinstance(event, Judged):
                    open_ones.discard(event.standing.check.name)
                on_event(event)
        except TimeoutError:
            raise TimedOut(
                f"the session of {one.member.id} did not end within {limit_s:g} s",
                remedy="What it had judged is kept. Run it again.",
            ) from None
    assert end
    if end.status == REFUSED:
        raise UsageError(clean(_errors(end.said)))
    # What a check runs can end the session with any status, so the status alone proves nothing.
    if end.status not in (0, 1) or open_ones:
        tail = clean("\n".join(end.said.splitlines()[-TAIL:]))
        raise CouldNotLook(
            f"the session of {one.member.id} ended unexpectedly (status {end.status}):\n{tail}",
            remedy="What it had judged is kept. Run it again; if it repeats, report it.",
        )


def card(assize: Assize, checks: tuple[Check, ...], journal: Journal) -> Card:
    """The member's card as the journal has it now."""
    one = assize.assignment
    past = journal.deciding(one.lab.id, one.team.id, one.member.id, checks)
    return card_of(one.lab, one.team, one.member, checks, list(past), final=assize.final)


def _event(line: bytes) -> Event | None:
    try:
        return read_event(line) if line else None
    except msgspec.MsgspecError:
        return None  # the last line of a session that was killed may be half one


def _errors(said: str) -> str:
    lines = said.splitlines()
    first = next((i for i, line in enumerate(lines) if line.startswith("ERROR: ")), 0)
    return "\n".join(lines[first:]).removeprefix("ERROR: ").strip() or "the session refused to start"

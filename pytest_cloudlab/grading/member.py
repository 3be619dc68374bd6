"""One member judged in a process of its own, from outside: start it, follow it, read what it left."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.errors import CouldNotLook, TimedOut, UsageError
from pytest_cloudlab.grading.events import Event, Judged, read_event
from pytest_cloudlab.grading.judge import clean
from pytest_cloudlab.grading.steps import in_step
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Check
from pytest_cloudlab.redaction import plain, redact
from pytest_cloudlab.standing import Card, card_of
from pytest_cloudlab.waiting import Deadline

SESSION_LIMIT_S = 30 * 60.0
GRACE_S = 10.0
"""For a session that was told to end: to close what it holds open."""
TAIL = 15
TAIL_BYTES = 64 << 10


@dataclass(frozen=True)
class Assize:
    """What to judge: whose work, and how."""

    assignment: Assignment
    roster_file: Path
    data: Path
    """Folder of the journal and the evidence."""
    final: bool = False
    act: bool = False
    again: bool = False
    step: str = ""
    """Only the steps whose number begins so; empty for all."""
    retry_s: float = 10.0

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks to ask, in the lab's order. Raises `UsageError` when no step begins so."""
        every = read_checks(self.assignment.lab)
        chosen = tuple(check for check in every if in_step(check, self.step))
        if not chosen:
            numbers = ", ".join(step.number for step in self.assignment.lab.steps)
            raise UsageError(f"the lab has no step {self.step!r}", remedy=f"Its steps: {numbers}.")
        return chosen


def judge_member(
    assize: Assize, on_event: Callable[[Event], None], *, limit_s: float = SESSION_LIMIT_S
) -> Card:
    """Run the member's session to its end and return the card that the journal then adds up to.

    Raises `UsageError` with the session's own words when it refused to start, and `CouldNotLook` when
    it died or took longer than `limit_s`: what it had judged by then is in the journal.
    """
    checks = assize.checks
    deadline = Deadline.after(limit_s)
    open_ones = {check.name for check in checks}
    with tempfile.TemporaryFile() as output:
        read_end, write_end = os.pipe()
        with os.fdopen(read_end, "rb", buffering=0) as events:
            try:
                session = subprocess.Popen(
                    _command(assize, write_end),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, "PYTEST_ADDOPTS": "", "PYTHONDONTWRITEBYTECODE": "1"},
                    pass_fds=(write_end,),
                )
            finally:
                os.close(write_end)
            try:
                for event in _events(_lines(events.fileno(), deadline)):
                    if isinstance(event, Judged):
                        open_ones.discard(event.standing.check.name)
                    on_event(event)
                status = session.wait(deadline.remaining_s())
            except subprocess.TimeoutExpired:
                _end(session)
                raise TimedOut(
                    f"the session of {assize.assignment.member.id} did not end within {limit_s:g} s",
                    remedy="What it had judged is kept. Run it again.",
                ) from None
            finally:
                if session.poll() is None:
                    session.kill()
                    session.wait()
        output.seek(max(0, output.seek(0, os.SEEK_END) - TAIL_BYTES))
        said = redact(plain(output.read().decode("utf-8", "replace"), TAIL_BYTES, lines=True))
    if status == 4:
        raise UsageError(clean(_errors(said)))
    # What a check runs can end the session with any status, so the status alone proves nothing.
    if status not in (0, 1) or open_ones:
        tail = clean("\n".join(said.splitlines()[-TAIL:]))
        raise CouldNotLook(
            f"the session of {assize.assignment.member.id} ended unexpectedly (status {status}):\n{tail}",
            remedy="What it had judged is kept. Run it again; if it repeats, report it.",
        )
    return card(assize, checks)


def card(assize: Assize, checks: tuple[Check, ...]) -> Card:
    """The member's card as the journal has it now."""
    one = assize.assignment
    journal = Journal(assize.data / "journal.sqlite")
    try:
        past = list(journal.observations(one.lab.id, one.team.id, one.member.id))
    finally:
        journal.close()
    return card_of(one.lab, one.team, one.member, checks, past, final=assize.final)


def _command(assize: Assize, events: int) -> list[str]:
    lab = assize.assignment.lab
    command = [
        # -P: a module in the folder that this is started in, a student's perhaps, must not be imported.
        *(sys.executable, "-P", "-m", "pytest"),
        # The user's own pytest settings are for the user's own tests.
        *("-c", os.devnull, "--rootdir", lab.folder, "-p", "no:cacheprovider"),
        *("--cloudlab-as", assize.assignment.member.id),
        *("--cloudlab-roster", str(assize.roster_file)),
        *("--cloudlab-dir", str(assize.data)),
        *("--cloudlab-step", assize.step),
        *("--cloudlab-retry", str(assize.retry_s)),
        *("--cloudlab-events", str(events)),
    ]
    flags = {"--cloudlab-final": assize.final, "--cloudlab-act": assize.act, "--cloudlab-again": assize.again}
    return [*command, *(flag for flag, wanted in flags.items() if wanted), lab.folder]


def _end(session: subprocess.Popen[bytes]) -> None:
    """As by Ctrl-C, so that its fixtures are taken down; whoever called kills what is left after that."""
    session.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        session.wait(GRACE_S)


def _lines(descriptor: int, deadline: Deadline) -> Iterator[bytes]:
    """Lines until the writer is gone. Raises `subprocess.TimeoutExpired` at the deadline."""
    begun = b""
    while select.select([descriptor], [], [], deadline.remaining_s())[0]:
        heard = os.read(descriptor, 65536)
        *whole, begun = (begun + heard).split(b"\n")
        yield from whole
        if not heard:
            return
    raise subprocess.TimeoutExpired("events", 0)


def _events(lines: Iterator[bytes]) -> Iterator[Event]:
    for line in lines:
        try:
            yield read_event(line)
        except msgspec.MsgspecError:
            continue  # the last line of a session that was killed may be half one


def _errors(said: str) -> str:
    lines = said.splitlines()
    first = next((i for i, line in enumerate(lines) if line.startswith("ERROR: ")), 0)
    return "\n".join(lines[first:]).removeprefix("ERROR: ").strip() or "the session refused to start"

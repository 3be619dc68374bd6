"""Where a session's observations come from and go to: the journal itself, or whoever started the session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.grading.events import Events
from pytest_cloudlab.journal import open_journal
from pytest_cloudlab.model import Check, Observation


class Record(Protocol):
    @property
    def run(self) -> str:
        """The id of the run that the observations belong to."""

    @property
    def past(self) -> Iterable[Observation]:
        """The member's observations before this session, oldest first."""

    def append(self, observation: Observation) -> None: ...

    def close(self) -> None: ...


class Own:
    """A session of somebody's own pytest writes the journal itself."""

    def __init__(self, folder: Path, assignment: Assignment, checks: Sequence[Check]) -> None:
        self._journal = open_journal(folder)
        self.run = self._journal.start_run(assignment.lab.id, checks)
        self.past = self._journal.observations(assignment.lab.id, assignment.team.id, assignment.member.id)
        self.append = self._journal.append
        self.close = self._journal.close


class Brief(msgspec.Struct, frozen=True):
    """What a session is told by whoever started it: the run, and what is known of the member."""

    run: str
    past: tuple[Observation, ...]

    def write(self, file: Path) -> None:
        file.write_bytes(msgspec.json.encode(self))


class Told:
    """A session that was started by a grader: it tells what it saw, and the grader writes the journal."""

    def __init__(self, brief: Path, events: Events) -> None:
        try:
            told = msgspec.json.decode(brief.read_bytes(), type=Brief)
        except (OSError, msgspec.MsgspecError) as error:
            raise UsageError(
                f"{brief}: no brief of a grader's ({error})", remedy="Use `cloudlab check`."
            ) from None
        self.run = told.run
        self.past = told.past
        self.append = events.observed

    def close(self) -> None:
        pass

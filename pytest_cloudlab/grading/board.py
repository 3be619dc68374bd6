"""Where a class stands while it is judged: for a screen, by whoever draws it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.events import Asking, Event, Judged
from pytest_cloudlab.grading.roll import Sitting
from pytest_cloudlab.grading.round import Round
from pytest_cloudlab.model import Member, Standing, Team

Stage = Literal["not asked", "waiting", "running", "judged", "interrupted"]
"""`not asked`: there is nothing to ask in this round. `interrupted`: its session died or took too long."""


@dataclass(frozen=True)
class Row:
    """One member."""

    team: Team
    member: Member
    standings: Mapping[str, Standing]
    """Check name -> where it stands, in the lab's order."""
    stage: Stage = "waiting"
    asking: str = ""
    """The title of the check that is being asked."""
    since_s: float = 0.0
    """When its session began, on the board's clock."""


class Board:
    """A listener of `judge_class`; safe to draw from another thread."""

    def __init__(self, round_: Round) -> None:
        due = {one.assignment.member.id for one in round_.due}
        self.final = any(one.final for one in round_.assizes)
        self.rows = [
            Row(
                card.team,
                card.member,
                {one.check.name: one for one in card.standings},
                "waiting" if card.member.id in due else "not asked",
            )
            for card in round_.known
        ]
        self.version = 0
        """Grows with every change."""
        self.outcomes = 0
        """Judged in this round."""
        self._at = {row.member.id: at for at, row in enumerate(self.rows)}
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._took_s: list[float] = []
        self._peak = 1

    def begun(self, assize: Assize) -> None:
        self._change(assize, stage="running", since_s=self.elapsed_s)
        self._peak = max(self._peak, self.running)

    def heard(self, assize: Assize, event: Event) -> None:
        row = self.row(assize)
        if isinstance(event, Asking):
            self._change(assize, asking=row.standings[event.check].check.title)
        elif isinstance(event, Judged):
            name = event.standing.check.name
            self._change(assize, standings={**row.standings, name: event.standing}, asking="")
            self.outcomes += 1

    def ended(self, sitting: Sitting) -> None:
        self._took_s.append(self.elapsed_s - self.row(sitting.assize).since_s)
        self._change(sitting.assize, stage="interrupted" if sitting.problem else "judged", asking="")

    def row(self, assize: Assize) -> Row:
        return self.rows[self._at[assize.assignment.member.id]]

    def _change(self, assize: Assize, **changes: object) -> None:
        # A member's session is followed by one thread; the others change other rows.
        with self._lock:
            at = self._at[assize.assignment.member.id]
            self.rows[at] = replace(self.rows[at], **changes)  # type: ignore[arg-type]  # fields of a row
            self.version += 1

    @property
    def asked(self) -> int:
        """Members who have, had or will have a session in this round."""
        return sum(row.stage != "not asked" for row in self.rows)

    @property
    def done(self) -> int:
        """Members whose session has ended."""
        return sum(row.stage in ("judged", "interrupted") for row in self.rows)

    @property
    def running(self) -> int:
        return sum(row.stage == "running" for row in self.rows)

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._began

    @property
    def left_s(self) -> float | None:
        """An estimate, once somebody is done: as if every session took as long as those that have ended."""
        if not self._took_s:
            return None
        mean, now = sum(self._took_s) / len(self._took_s), self.elapsed_s
        running = [max(0.0, mean - (now - row.since_s)) for row in self.rows if row.stage == "running"]
        waiting = sum(row.stage == "waiting" for row in self.rows)
        at_once = max(1, min(self._peak, waiting + len(running)))
        return (waiting * mean + sum(running)) / at_once

"""The runs that observations were made in, and how far one that judges a class has got."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

import msgspec

from pytest_cloudlab import __version__
from pytest_cloudlab.journal.file import JournalFile
from pytest_cloudlab.journal.hold import Hold, hold
from pytest_cloudlab.model import Check

Kind = Literal["", "receipts", "regrade"]
"""What a run did: judge, take receipts in, or work grades out anew."""


class Runs(JournalFile):
    @cached_property
    def _holds(self) -> dict[str, Hold]:
        """By the runs that this journal is at."""
        return {}

    def start_run(
        self, lab_id: str, checks: Sequence[Check], asked: str = "", *, kind: Kind = "", held: bool = False
    ) -> str:
        """Note that a run begins, with the checks as they are now; returns the run's id.

        `asked` says in the grader's words what the run is to judge: one that was killed is gone on with by
        who asks the same, and gets `hold` of it. Runs of a `kind` judge nobody.
        """
        now = datetime.now(UTC)
        run = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        known = msgspec.json.encode(checks).decode()
        row = (run, lab_id, now.isoformat(), known, __version__, asked, kind)
        with self._explained():
            if held:
                self._hold(run)  # before anybody can know of it
            self._connection.execute(
                "insert into runs (id, lab, started_at, checks, version, asked, kind)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        return run

    def hold(self, run: str) -> bool:
        """Whether an unfinished run is this journal's to go on with, until it is closed: whoever held it
        before has died."""
        with self._explained():
            if not self._hold(run):
                return False
            asked = self._connection.execute("select finished_at from runs where id = ?", (run,))
            if asked.fetchone() == ("",):
                return True
            self._holds.pop(run).remove()  # finished between two looks
            return False

    def _hold(self, run: str) -> bool:
        found = hold(self.path.parent / "runs" / f"{run}.lock")
        if found:
            self._holds[run] = found
        return found is not None

    def mark_judged(self, run: str, team: str, member: str) -> None:
        """The run has judged that member to the end."""
        row = (run, team, member, datetime.now(UTC).isoformat())
        with self._explained():
            self._connection.execute("insert or replace into judged values (?, ?, ?, ?)", row)

    def finish_run(self, run: str) -> None:
        """Nobody needs to go on with it."""
        row = (datetime.now(UTC).isoformat(), run)
        with self._explained():
            self._connection.execute("update runs set finished_at = ? where id = ?", row)
        if run in self._holds:
            self._holds.pop(run).remove()

    def close(self) -> None:
        super().close()
        while self._holds:
            self._holds.popitem()[1].let_go()

    def unfinished(self, lab: str, asked: str) -> tuple[str, datetime, set[tuple[str, str]]] | None:
        """The lab's newest run that judges, when it was to judge the same and did not finish: its id, when it
        began, and whom (team, member) it has judged."""
        with self._explained():
            row = self._connection.execute(
                "select id, started_at, finished_at, asked from runs where lab = ? and kind = ''"
                " order by rowid desc limit 1",
                (lab,),
            ).fetchone()
            if row is None or row[2] or row[3] != asked:
                return None
            judged = self._connection.execute("select team, member from judged where run = ?", (row[0],))
            return row[0], datetime.fromisoformat(row[1]), set(judged.fetchall())

    def checks(self, lab: str) -> tuple[Check, ...]:
        """The checks of the lab as its newest run knew them; none when it never ran."""
        with self._explained():
            row = self._connection.execute(
                "select checks from runs where lab = ? order by rowid desc limit 1", (lab,)
            ).fetchone()
            return msgspec.json.decode(row[0], type=tuple[Check, ...]) if row else ()

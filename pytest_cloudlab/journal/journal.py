"""Observations, appended and read back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from pytest_cloudlab.journal.deciding import DECIDING
from pytest_cloudlab.journal.runs import Runs
from pytest_cloudlab.model import Check, Evidence, Observation, Source, Verdict
from pytest_cloudlab.reconnection import Reconnection

FIRST_COLUMNS = (
    "run, lab, team, member, name, verdict, message, remedy, waits_for, at, duration_s, measured, evidence"
)
COLUMNS = f"{FIRST_COLUMNS}, missed, source, said_by, reconnections"
COLUMNS_IN = {
    1: f"{FIRST_COLUMNS}, '[]', '', '', '[]'",
    2: f"{FIRST_COLUMNS}, missed, source, said_by, '[]'",
    3: COLUMNS,
}


class Journal(Runs):
    """Several processes and threads may append to one file at once; each observation is on disk when
    `append` returns.

    Raises `UsageError` for a file that is no journal, is damaged, or is of a newer format; the file is
    left as it is.
    """

    def append(self, *observations: Observation) -> None:
        """Add observations, all of them or none, in a transaction of their own.

        Raises `TypeError` when one measured something that is no JSON.
        """
        rows = [_row(one) for one in observations]
        marks = ", ".join("?" * len(COLUMNS.split(",")))
        with self._explained():
            try:
                self._connection.execute("begin immediate")
                self._connection.executemany(f"insert into observations ({COLUMNS}) values ({marks})", rows)  # noqa: S608 - constants
                self._connection.execute("commit")
            except BaseException:
                self._connection.rollback()
                raise

    def observations(
        self, lab: str, team: str | None = None, member: str | None = None
    ) -> Iterator[Observation]:
        """The observations of a lab, a team or a member, oldest first."""
        wanted = {"lab": lab, "team": team, "member": member}
        given = {column: value for column, value in wanted.items() if value is not None}
        where = " and ".join(f"{column} = ?" for column in given)
        columns = COLUMNS_IN[self._format]
        with self._explained():
            rows = self._connection.execute(
                f"select {columns} from observations where {where} order by id",  # noqa: S608 - constants
                list(given.values()),
            ).fetchall()
            return iter([_observation(*row) for row in rows])

    def deciding(self, lab: str, team: str, member: str, checks: Sequence[Check]) -> Iterator[Observation]:
        """As few of the member's observations of `checks` as come to the same standings as all of them
        together, oldest first.

        Of what was seen plainly, six of each check at most, however often it was asked. What was handed in
        or set by hand comes whole, and so does what limits of measured values may turn around.
        """
        if self._format == 1:
            return self.observations(lab, team, member)
        names = json.dumps([check.name for check in checks])
        bounded = json.dumps([check.name for check in checks if check.bounds])
        whose = {"lab": lab, "team": team, "member": member, "names": names, "bounded": bounded}
        with self._explained():
            rows = self._connection.execute(
                f"select {COLUMNS_IN[self._format]} from observations where id in ({DECIDING}) order by id",  # noqa: S608 - constants
                whose,
            ).fetchall()
            return iter([_observation(*row) for row in rows])


def open_journal(data: Path) -> Journal:
    """The journal in the folder `data`, which is made to be entered by its owner only."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / ".gitignore").write_text("# Made by pytest-cloudlab: what it saw is not source.\n*\n")
    return Journal(data / "journal.sqlite")


def measured_json(measured: Mapping[str, Any]) -> str:
    """Raises `TypeError` naming the value that is no JSON: an object, bytes, a set, NaN."""
    for key, value in measured.items():
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise TypeError(f"measured {key!r} is no plain JSON value: {error}") from None
    return json.dumps(dict(measured))


def _row(one: Observation) -> list[Any]:
    row = (
        *(one.run, one.lab, one.team, one.member, one.check, one.verdict.value),
        *(one.message, one.remedy, one.waits_for, one.at.astimezone(UTC).isoformat(), one.duration_s),
        *(measured_json(one.measured), msgspec.json.encode(one.evidence).decode()),
        *(json.dumps(one.missed), one.source, one.said_by),
        msgspec.json.encode(one.reconnections).decode(),
    )
    return [value.encode("utf-8", "replace").decode() if isinstance(value, str) else value for value in row]


def _observation(
    run: str, lab: str, team: str, member: str, check: str, verdict: str, message: str, remedy: str,
    waits_for: str, at: str, duration_s: float, measured: str, evidence: str, missed: str, source: Source,
    said_by: str, reconnections: str,
) -> Observation:  # fmt: skip
    files = msgspec.json.decode(evidence, type=tuple[Evidence, ...])
    return Observation(
        lab=lab, team=team, member=member, check=check, verdict=Verdict(verdict), message=message,
        at=datetime.fromisoformat(at), duration_s=duration_s, remedy=remedy, waits_for=waits_for,
        measured=json.loads(measured), evidence=files, run=run,
        missed=tuple(json.loads(missed)), source=source, said_by=said_by,
        reconnections=msgspec.json.decode(reconnections, type=tuple[Reconnection, ...]),
    )  # fmt: skip

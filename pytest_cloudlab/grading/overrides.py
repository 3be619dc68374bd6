"""What an instructor sets by hand: a CSV of verdicts, each with a reason and a name under it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Check, Lab, Member, Observation, Roster, Source, Team, Verdict
from pytest_cloudlab.people.sheet import Row, Sheet, read_sheet
from pytest_cloudlab.redaction import clean, plain

COLUMNS = ("member", "check", "verdict", "reason", "who")
TAKEN_BACK = "as seen"
"""In place of a verdict: what was set no longer counts, what was seen counts again."""
VERDICTS = {str(one): one for one in (Verdict.PASSED, Verdict.FAILED, Verdict.INCONCLUSIVE)}
LONGEST_REASON = 500
LONGEST_NAME = 100


@dataclass(frozen=True)
class Override:
    member: str
    check: str
    verdict: Verdict | None
    """None: taken back."""
    reason: str
    who: str
    line: int

    @property
    def source(self) -> Source:
        return "override" if self.verdict else "withdrawal"

    @property
    def message(self) -> str:
        return f"{'set' if self.verdict else 'taken back'} by {self.who}: {self.reason}"


def read_overrides(file: Path, roster: Roster, checks: Sequence[Check]) -> tuple[Override, ...]:
    """The rows of `file`. Raises `UsageError` naming the line that is not as it has to be: then none is."""
    sheet = read_sheet(file)
    places = _columns(sheet)
    members = [member.id for _, member in roster.everyone]
    names = [check.name for check in checks]
    found: dict[tuple[str, str], Override] = {}
    for row in sheet.rows:
        one = _read(row, places, members, names, file)
        same = found.setdefault((one.member, one.check), one)
        if (same.verdict, same.reason, same.who) != (one.verdict, one.reason, one.who):
            raise UsageError(
                f"{file}: line {one.line}: {one.check} of {one.member} is set to something else in line "
                f"{same.line}",
                remedy="Keep one of the two.",
            )
    return tuple(found.values())


def in_force(observations: Iterable[Observation]) -> dict[str, Observation]:
    """Check -> what was set last of one member, and not taken back."""
    found: dict[str, Observation] = {}
    for one in observations:
        if one.source == "override":
            found[one.check] = one
        elif one.source == "withdrawal":
            found.pop(one.check, None)
    return found


def observations_of(
    overrides: Iterable[Override], lab: Lab, team: Team, member: Member, past: Iterable[Observation]
) -> list[Observation]:
    """What is new in `overrides` for a member with that past: setting the same again adds nothing."""
    known = in_force(past)
    now = datetime.now(UTC)
    added = []
    for one in overrides:
        stands = known.get(one.check)
        same = stands and (stands.verdict, stands.message) == (one.verdict, one.message)
        if one.member != member.id or same or not (stands or one.verdict):
            continue
        added.append(
            Observation(
                lab=lab.id,
                team=team.id,
                member=member.id,
                check=one.check,
                verdict=one.verdict or Verdict.INCONCLUSIVE,
                message=one.message,
                at=now,
                duration_s=0.0,
                source=one.source,
                said_by=one.who,
            )
        )
    return added


def _columns(sheet: Sheet) -> dict[str, int]:
    """Column -> where it stands, whatever their order."""
    header = [heading.lower() for heading in sheet.header]
    if sorted(header) != sorted(COLUMNS):
        raise UsageError(
            f"{sheet.file}: its columns are {plain(', '.join(sheet.header), 200)}; expected "
            f"{', '.join(COLUMNS)}",
            remedy="Write these five into the first line, in any order, and no other.",
        )
    return {column: header.index(column) for column in COLUMNS}


def _read(
    row: Row, places: dict[str, int], members: Collection[str], checks: Collection[str], file: Path
) -> Override:
    where = f"{file}: line {row.line}"
    cells = {column: " ".join(clean(row.cells[place]).split()) for column, place in places.items()}
    _one_of(cells["member"], members, f"{where}: there is no member")
    _one_of(cells["check"], checks, f"{where}: the lab has no check")
    word = cells["verdict"].lower()
    if word != TAKEN_BACK and word not in VERDICTS:
        raise UsageError(
            f"{where}: its verdict is {cells['verdict'][:40]!r}, expected {', '.join(VERDICTS)} or "
            f"{TAKEN_BACK}",
            remedy=f"{TAKEN_BACK!r} takes back what was set before.",
        )
    for column, longest in (("reason", LONGEST_REASON), ("who", LONGEST_NAME)):
        if not 0 < len(cells[column]) <= longest:
            raise UsageError(
                f"{where}: its {column} has {len(cells[column])} characters, expected 1 to {longest}",
                remedy="Every report shows who set it and why.",
            )
    return Override(
        cells["member"], cells["check"], VERDICTS.get(word), cells["reason"], cells["who"], row.line
    )


def _one_of(found: str, known: Collection[str], problem: str) -> None:
    if found not in known:
        near = difflib.get_close_matches(found, known, n=1)
        raise UsageError(
            f"{problem} {found[:80]!r}",
            remedy=f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}.",
        )

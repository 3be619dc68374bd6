"""Cards as JSON, for other programs. The structs below are the documentation of the format.

Fields may be added to `cloudlab/report/v1`; none changes its meaning or goes away under that name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from pytest_cloudlab.evidence import write_atomically
from pytest_cloudlab.model import Check, Evidence, Source, Standing
from pytest_cloudlab.reports import link, shown
from pytest_cloudlab.standing import Card, State

SCHEMA = "cloudlab/report/v1"


class File(msgspec.Struct, frozen=True):
    name: str
    sha256: str
    media_type: str
    size_bytes: int


class Reopened(msgspec.Struct, frozen=True):
    """A connection that was lost and opened again on the way to what was found."""

    address: str
    """Of the machine."""
    at: datetime
    took_s: float
    why: str


class Row(msgspec.Struct, frozen=True):
    """One check of one member."""

    check: str
    """With the lab's id, the identity of the check."""
    title: str
    hint: str
    step: str
    see: str
    """Address of the section that teaches it."""
    state: State
    """`passed`, `failed`, `blocked`, `inconclusive`, `not due` or `not asked`."""
    points: float
    possible: float
    message: str
    """What was found; empty when passed."""
    remedy: str
    """What to do about it; where empty, the hint serves."""
    waits_for: str
    """The check to get right first."""
    at: datetime | None
    duration_s: float | None
    measured: Mapping[str, Any]
    evidence: Sequence[File]
    run: str
    source: Source = ""
    """Empty: seen by whoever keeps the journal; `receipt`: self-reported by the member; `override`: set."""
    said_by: str = ""
    """Who set it."""
    reconnections: Sequence[Reopened] = ()
    """Connections that were lost and opened again. They change no verdict."""


class Next(msgspec.Struct, frozen=True):
    """The one thing to do next."""

    check: str
    title: str
    step: str
    see: str


class MemberCard(msgspec.Struct, frozen=True):
    lab: str
    lab_title: str
    team: str
    member: str
    member_name: str
    choices: Mapping[str, str]
    final: bool
    """Whether the end of the lab was judged too."""
    points: float
    possible: float
    achieved: int
    to_fix: int
    waiting: int
    unjudged: int
    not_asked: int
    not_due: int
    next: Next | None
    checks: Sequence[Row]


class Report(msgspec.Struct, frozen=True):
    schema: str
    cards: Sequence[MemberCard]


def write(cards: Sequence[Card], path: Path) -> None:
    """Write the cards to `path`. Raises `UsageError` when that cannot be written."""
    report = Report(SCHEMA, [_card(card) for card in cards])
    write_atomically(path, msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")


def schema() -> dict[str, Any]:
    """The format as a JSON Schema."""
    return msgspec.json.schema(Report)


def _card(card: Card) -> MemberCard:
    return MemberCard(
        lab=card.lab.id,
        lab_title=shown(card.lab.title),
        team=shown(card.team.id),
        member=shown(card.member.id),
        member_name=shown(card.member.name),
        choices=shown(card.member.choices),
        final=card.final,
        points=card.points,
        possible=card.possible,
        achieved=card.achieved,
        to_fix=card.to_fix,
        waiting=card.waiting,
        unjudged=card.unjudged,
        not_asked=card.not_asked,
        not_due=card.not_due,
        next=_next(card, card.next_check) if card.next_check else None,
        checks=[_row(card, standing) for standing in card.standings],
    )


def _next(card: Card, check: Check) -> Next:
    return Next(check.name, shown(check.title), check.step, link(card.lab, check.step))


def _row(card: Card, standing: Standing) -> Row:
    check, seen = standing.check, standing.observation
    return Row(
        check=check.name,
        title=shown(check.title),
        hint=shown(check.hint),
        step=check.step,
        see=link(card.lab, check.step),
        state=card.state(standing),
        points=standing.points,
        possible=check.points,
        message=shown(seen.message) if seen else "",
        remedy=shown(seen.remedy) if seen else "",
        waits_for=seen.waits_for if seen else "",
        at=seen.at if seen else None,
        duration_s=seen.duration_s if seen else None,
        measured=shown(seen.measured) if seen else {},
        evidence=[_file(one) for one in seen.evidence] if seen else [],
        run=seen.run if seen else "",
        source=seen.source if seen else "",
        said_by=shown(seen.said_by) if seen else "",
        reconnections=[
            Reopened(shown(one.address), one.at, round(one.took_s, 3), shown(one.why))
            for one in (seen.reconnections if seen else ())
        ],
    )


def _file(evidence: Evidence) -> File:
    return File(shown(evidence.name), evidence.sha256, evidence.media_type, evidence.size_bytes)

"""What a grader sends to a task on a cluster, and what the task sends back while it runs."""

from __future__ import annotations

import msgspec

from pytest_cloudlab.grading.parcel import Parcel
from pytest_cloudlab.grading.record import Brief
from pytest_cloudlab.model import Check

PART_BYTES = 1 << 20
"""Of a file of evidence in one letter."""
MOST_EVIDENCE_BYTES = 64 << 20
"""Of all evidence of one session; what is more stays where it is."""


class Order(msgspec.Struct, frozen=True):
    """One member's session."""

    version: str
    """Of pytest-cloudlab."""
    parcel: Parcel
    team: str
    member: str
    brief: Brief
    checks: tuple[Check, ...]
    """As the lab has them here: it may be another one there."""
    final: bool
    act: bool
    again: bool
    step: str
    until: str
    retry_s: float
    limit_s: float
    extras: tuple[str, ...]


class Line(msgspec.Struct, frozen=True, tag="line"):
    line: bytes


class Proof(msgspec.Struct, frozen=True, tag="proof"):
    """A part of a file of evidence; it is whole before the line that refers to it."""

    sha256: str
    part: bytes
    last: bool


class Over(msgspec.Struct, frozen=True, tag="over"):
    status: int
    said: str


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """There was no session, because something is not as it has to be."""

    message: str
    remedy: str


class Letter(msgspec.Struct, frozen=True):
    attempt: str
    """A cluster runs the task of a dead worker again, as another attempt."""
    number: int
    """From 0; none is missing."""
    content: Line | Proof | Over | Refused

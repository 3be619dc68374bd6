"""What a receipt says, and how much of it: the structs below are the documentation of the format.

A receipt is a zip archive with `receipt.json`, a `Manifest`, and for each file of evidence an entry
`evidence/SHA256`. Fields may be added to `cloudlab/receipt/v1`; none changes its meaning under that name.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

SCHEMA = "cloudlab/receipt/v1"
MANIFEST = "receipt.json"
EVIDENCE = "evidence/"
SUFFIX = ".receipt"

MOST_OBSERVATIONS = 5_000
MOST_FILES = 500
MOST_FILES_OF_ONE = 100
MANIFEST_BYTES = 4 << 20
UNPACKED_BYTES = 32 << 20
"""All evidence together."""
PACKED_BYTES = UNPACKED_BYTES + MANIFEST_BYTES + (1 << 20)

Slug = Annotated[str, msgspec.Meta(max_length=100)]
Line = Annotated[str, msgspec.Meta(max_length=400)]
Text = Annotated[str, msgspec.Meta(max_length=64_000)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class File(msgspec.Struct, frozen=True):
    name: Line
    """What it shows; no path is made of it."""
    sha256: Sha256
    media_type: Line


class Seen(msgspec.Struct, frozen=True):
    """One observation: a look at one outcome."""

    check: Line
    verdict: Literal["passed", "failed"]
    """Where nobody could look, there is nothing to hand in."""
    at: Moment
    duration_s: Annotated[float, msgspec.Meta(ge=0, le=1e6)]
    message: Text = ""
    remedy: Text = ""
    measured: dict[str, Any] = {}
    missed: Annotated[list[Line], msgspec.Meta(max_length=100)] = []
    """The measured values that were out of bounds."""
    evidence: Annotated[list[File], msgspec.Meta(max_length=MOST_FILES_OF_ONE)] = []


class Head(msgspec.Struct, frozen=True):
    schema: Line


class Manifest(msgspec.Struct, frozen=True):
    schema: Line
    lab: Line
    member: Slug
    name: Line
    """The member's name as the student's own roster has it."""
    made_at: Moment
    version: Line
    """Of pytest-cloudlab."""
    observations: Annotated[list[Seen], msgspec.Meta(max_length=MOST_OBSERVATIONS)]

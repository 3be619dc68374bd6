"""A student's own observations and evidence into a receipt."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from pytest_cloudlab import __version__
from pytest_cloudlab.errors import NotFound, UsageError
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.model import Evidence, Lab, Member, Observation, Verdict
from pytest_cloudlab.receipts import manifest as form

ROOM = 64 << 10
"""Of the manifest's bytes, for all but the observations."""
LOOKED = (Verdict.PASSED, Verdict.FAILED)


@dataclass(frozen=True)
class Packed:
    data: bytes
    observations: int
    files: int
    left_out: int
    """Files of evidence that are gone, or that there was no room for."""


def pack(lab: Lab, member: Member, observations: Iterable[Observation], store: EvidenceStore) -> Packed:
    """What the member's own looks have found, achieved or not.

    Where there is too much of it, what was achieved goes first, then what was seen last. Raises `UsageError`
    when nothing was looked at yet.
    """
    looks = [one for one in observations if one.source == "" and one.verdict in LOOKED]
    if not looks:
        raise UsageError("there is nothing to hand in yet", remedy="Run `cloudlab check` first.")
    newest = looks[::-1]
    by_worth = [one for verdict in LOOKED for one in newest if one.verdict is verdict]
    files: dict[str, bytes] = {}
    chosen: dict[int, form.Seen] = {}
    left_out, room = 0, form.MANIFEST_BYTES - ROOM
    for one in by_worth[: form.MOST_OBSERVATIONS]:
        kept = [each for each in one.evidence[: form.MOST_FILES_OF_ONE] if _add(each, files, store)]
        seen = _seen(one, kept)
        room -= len(msgspec.json.encode(seen)) + 1
        if room < 0:
            break
        left_out += len(one.evidence) - len(kept)
        chosen[id(one)] = seen
    told = form.Manifest(
        schema=form.SCHEMA,
        lab=lab.id,
        member=member.id,
        name=member.name,
        made_at=datetime.now(UTC),
        version=__version__,
        observations=[chosen[id(one)] for one in looks if id(one) in chosen],
    )
    return Packed(_zip(told, files), len(told.observations), len(files), left_out)


def _add(evidence: Evidence, files: dict[str, bytes], store: EvidenceStore) -> bool:
    """Whether `files` has it, or has it now."""
    if evidence.sha256 in files:
        return True
    try:
        data = store.read(evidence)
    except NotFound:
        return False
    used = sum(len(each) for each in files.values())
    if len(files) >= form.MOST_FILES or used + len(data) > form.UNPACKED_BYTES:
        return False
    files[evidence.sha256] = data
    return True


def _seen(one: Observation, evidence: list[Evidence]) -> form.Seen:
    return form.Seen(
        check=one.check,
        verdict="passed" if one.verdict is Verdict.PASSED else "failed",
        at=one.at,
        duration_s=one.duration_s,
        message=one.message,
        remedy=one.remedy,
        measured=dict(one.measured),
        missed=list(one.missed),
        evidence=[form.File(each.name, each.sha256, each.media_type) for each in evidence],
    )


def _zip(told: form.Manifest, files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {
            form.MANIFEST: msgspec.json.encode(told),
            **{form.EVIDENCE + digest: data for digest, data in files.items()},
        }.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()

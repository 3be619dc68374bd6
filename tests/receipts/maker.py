"""Receipts as a student makes them, and as nobody should."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.model import Check, Lab, Member, Observation, Verdict
from pytest_cloudlab.receipts.packing import Packed, pack

AT = datetime(2025, 11, 21, 9, 30, tzinfo=UTC)
CHECKS = (Check("test_taken", "You took a rope", "", "1"), Check("test_tied", "Your knot holds", "", "1.1"))
PAGE = b"\x89PNG\r\n\x1a\n of a rope"


def seen(check: str, verdict: Verdict = Verdict.PASSED, minute: int = 0, **more: Any) -> Observation:
    one = Observation("knots", "home", "alice", check, verdict, "", AT + timedelta(minutes=minute), 0.3)
    return replace(one, run="hers", **more)


def packed(lab: Lab, member: Member, store: EvidenceStore, *observations: Observation) -> Packed:
    """Of a look with a picture as evidence, unless others are given."""
    picture = store.put("page.png", PAGE, "image/png")
    some = (seen("test_taken", measured={"length": 2.5}, evidence=(picture,)),)
    return pack(lab, member, observations or some, store)


def entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return file.getvalue()


def altered(data: bytes, **changes: Any) -> bytes:
    """The receipt with other keys in its manifest."""
    content = entries(data)
    told = {**json.loads(content["receipt.json"]), **changes}
    return zipped({**content, "receipt.json": json.dumps(told).encode()})


def looked(data: bytes, **changes: Any) -> bytes:
    """The receipt with other keys in its first observation."""
    told = json.loads(entries(data)["receipt.json"])
    return altered(data, observations=[{**told["observations"][0], **changes}, *told["observations"][1:]])


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def written(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name

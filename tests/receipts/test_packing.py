"""What goes into a receipt."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.model import Evidence, Lab, Member, Verdict
from pytest_cloudlab.receipts import manifest, packing
from pytest_cloudlab.receipts.packing import pack
from pytest_cloudlab.receipts.unpacking import unpack
from tests.receipts.maker import PAGE, digest, packed, seen, written


def test_a_receipt_comes_back_as_it_was_packed(
    tmp_path: Path, lab: Lab, alice: Member, hers: EvidenceStore
) -> None:
    """Whose it is, what was found and measured, and each file once."""
    picture = hers.put("page.png", PAGE, "image/png")
    one = seen("test_taken", measured={"length": 2.5}, evidence=(picture,), duration_s=1.5)
    two = seen(
        "test_tied",
        Verdict.FAILED,
        1,
        message="It slips. عمر",
        remedy="Again",
        missed=("n",),
        evidence=(picture,),
    )
    made = packed(lab, alice, hers, one, two)
    assert (made.observations, made.files, made.left_out) == (2, 1, 0)
    receipt = unpack(written(tmp_path, "a.receipt", made.data))
    told = receipt.manifest
    assert (told.schema, told.lab, told.member, told.name) == (
        "cloudlab/receipt/v1",
        "knots",
        "alice",
        "Alice Martin",
    )
    assert receipt.files == {digest(PAGE): PAGE}
    first, second = told.observations
    assert (first.check, first.verdict, first.at, first.measured) == (
        "test_taken",
        "passed",
        one.at,
        {"length": 2.5},
    )
    assert (first.evidence[0].name, first.evidence[0].media_type) == ("page.png", "image/png")
    assert (second.verdict, second.message, second.remedy, second.missed) == (
        "failed",
        "It slips. عمر",
        "Again",
        ["n"],
    )


def test_only_what_was_looked_at_is_handed_in(lab: Lab, alice: Member, hers: EvidenceStore) -> None:
    """Not what waited or could not be judged; nor what is somebody else's word."""
    ones = [
        seen("test_taken", Verdict.BLOCKED),
        seen("test_taken", Verdict.INCONCLUSIVE),
        seen("test_taken", source="receipt"),
        seen("test_taken", source="override"),
    ]
    with pytest.raises(UsageError, match="nothing to hand in yet"):
        pack(lab, alice, ones, hers)
    assert packed(lab, alice, hers, *ones, seen("test_tied")).observations == 1


def test_evidence_that_is_gone_is_left_out(lab: Lab, alice: Member, hers: EvidenceStore) -> None:
    gone = Evidence("gone.txt", "0" * 64, "text/plain", 9)
    made = packed(lab, alice, hers, seen("test_taken", evidence=(gone,)))
    assert (made.observations, made.files, made.left_out) == (1, 0, 1)


def test_too_much_is_cut_where_it_matters_least(
    lab: Lab, alice: Member, hers: EvidenceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was achieved stays, and of the rest what was seen last; in the order it was seen."""
    monkeypatch.setattr(manifest, "MOST_OBSERVATIONS", 3)
    ones = [seen("test_taken"), *(seen("test_tied", Verdict.FAILED, minute) for minute in range(1, 9))]
    made = packed(lab, alice, hers, *ones)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        told = json.loads(archive.read("receipt.json"))
    assert [one["at"][14:16] for one in told["observations"]] == ["30", "37", "38"]


def test_a_receipt_is_never_larger_than_is_taken(
    tmp_path: Path, lab: Lab, alice: Member, hers: EvidenceStore
) -> None:
    """Years of looks with long words and many pictures still make one that can be handed in."""
    pictures = [hers.put("page.png", bytes([n]) * 1_000_000, "image/png") for n in range(40)]
    ones = [
        seen("test_tied", Verdict.FAILED, n, message="x" * 2_000, evidence=(pictures[n % 40],))
        for n in range(6_000)
    ]
    made = packed(lab, alice, hers, seen("test_taken"), *ones)
    receipt = unpack(written(tmp_path, "a.receipt", made.data))
    assert receipt.manifest.observations[0].check == "test_taken"
    assert sum(map(len, receipt.files.values())) <= manifest.UNPACKED_BYTES
    assert made.left_out > 0
    assert packing.ROOM < manifest.MANIFEST_BYTES


def test_no_secret_is_handed_in(lab: Lab, alice: Member, hers: EvidenceStore) -> None:
    """Evidence is kept without them, and goes as it was kept."""
    log = hers.put("log.txt", b"GET /?token=0123456789abcdef", "text/plain")
    made = packed(lab, alice, hers, seen("test_taken", evidence=(log,)))
    assert b"0123456789abcdef" not in replace(made).data
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert all(b"0123456789abcdef" not in archive.read(name) for name in archive.namelist())

"""A file that somebody hands in is believed in nothing: one sentence says what is wrong with it."""

from __future__ import annotations

import json
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.receipts import manifest
from pytest_cloudlab.receipts.unpacking import unpack
from tests.receipts.maker import altered, digest, entries, looked, written, zipped

OTHER = "it has other entries than a receipt has"
FORM = "what it says is not in the form of a receipt"
FOREIGN = "it is an archive that was packed by something else"


def deep(receipt: bytes) -> bytes:
    told = json.loads(entries(receipt)["receipt.json"])
    told["observations"][0]["measured"] = {"x": "DEEP"}
    return zipped(
        {"receipt.json": json.dumps(told).encode().replace(b'"DEEP"', b"[" * 100_000 + b"]" * 100_000)}
    )


def many_entries(receipt: bytes) -> bytes:
    return zipped({f"evidence/{n:064x}": b"" for n in range(manifest.MOST_FILES + 5)})


def hidden_directory(receipt: bytes) -> bytes:
    """The end says one thing, and a record before it, which zipfile would believe, another."""
    big = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    head = zipped({})
    start, size, offset = receipt.rfind(b"PK\x05\x06"), *struct.unpack("<2L", receipt[-10:-2])
    grown = struct.pack("<2L", size + len(big), offset)
    assert head
    return receipt[:start] + big + receipt[start:-10] + grown + receipt[-2:]


def encrypted(receipt: bytes) -> bytes:
    """Its entries' flags say that they are."""
    changed = bytearray(receipt)
    for magic, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        begin = 0
        while (found := receipt.find(magic, begin)) >= 0:
            changed[found + at] |= 1
            begin = found + 1
    return bytes(changed)


def lying(receipt: bytes) -> bytes:
    """The directory says that the manifest has 3 GB."""
    at = receipt.find(b"PK\x01\x02")
    return receipt[: at + 24] + struct.pack("<L", 3 << 30) + receipt[at + 28 :]


def short_directory(receipt: bytes) -> bytes:
    """The directory says that the manifest has 5 bytes less than it has."""
    at = receipt.find(b"PK\x01\x02")
    size = struct.unpack("<L", receipt[at + 24 : at + 28])[0]
    return receipt[: at + 24] + struct.pack("<L", size - 5) + receipt[at + 28 :]


def two_of_a_name(receipt: bytes) -> bytes:
    other = "receipt.jsoN"
    content = entries(receipt)["receipt.json"]
    return zipped({"receipt.json": content, other: content}).replace(other.encode(), b"receipt.json")


WRONG: list[tuple[Callable[[bytes], bytes], str]] = [
    (lambda receipt: b"", "it is empty"),
    (lambda receipt: b"%PDF-1.7 my report", "it is no receipt"),
    (lambda receipt: receipt[:-30], "it was cut short, or packed by something else"),
    (lambda receipt: receipt + b"more", "it was cut short"),
    (lambda receipt: b"PK" + b"x" * 40 + receipt, FOREIGN),
    (lambda receipt: receipt[:60] + b"\xff" * 20 + receipt[80:], "it is damaged"),
    (hidden_directory, FOREIGN),
    (many_entries, FOREIGN),
    (encrypted, "it is encrypted"),
    (lying, "it claims to unpack to more than a receipt holds"),
    (short_directory, "it is damaged"),
    (two_of_a_name, OTHER),
    (lambda receipt: zipped({"word/document.xml": b""}), OTHER),
    (lambda receipt: zipped({**entries(receipt), "../../etc/passwd": b"root"}), OTHER),
    (lambda receipt: zipped({**entries(receipt), "__MACOSX/._receipt.json": b""}), OTHER),
    (lambda receipt: zipped({**entries(receipt), "evidence/" + "A" * 64: b""}), OTHER),
    (lambda receipt: zipped(entries(receipt), zipfile.ZIP_BZIP2), "packed by something else"),
    (lambda receipt: zipped({**entries(receipt), f"evidence/{'0' * 64}": b"x"}), "a file in it was changed"),
    (
        lambda receipt: zipped({**entries(receipt), f"evidence/{'0' * 64}": bytes(9 << 20)}),
        "it claims to unpack to more",
    ),
    (
        lambda receipt: zipped(
            {**entries(receipt), **{f"evidence/{digest(bytes([n]))}": bytes(7 << 20) for n in range(5)}}
        ),
        "it claims to unpack to more",
    ),
    (lambda receipt: zipped({"receipt.json": b" " * (5 << 20)}), "it claims to unpack to more"),
    (lambda receipt: zipped({"receipt.json": b"not json"}), FORM),
    (lambda receipt: zipped({"receipt.json": b'{"schema": "\xff"}'}), FORM),
    (deep, FORM),
    (lambda receipt: altered(receipt, schema="classroom50/result/v1"), "it is no receipt"),
    (lambda receipt: altered(receipt, schema="cloudlab/receipt/v2"), "another version of cloudlab"),
    (lambda receipt: altered(receipt, lab=7), FORM),
    (lambda receipt: altered(receipt, made_at="yesterday"), FORM),
    (lambda receipt: altered(receipt, name="x" * 500), FORM),
    (lambda receipt: altered(receipt, observations=[None]), FORM),
    (lambda receipt: looked(receipt, verdict="inconclusive"), FORM),
    (lambda receipt: looked(receipt, verdict="\x1b[31m" + "x" * 9_000), FORM),
    (lambda receipt: looked(receipt, at="2025-11-21T09:30:00"), FORM),
    (lambda receipt: looked(receipt, duration_s=-1), FORM),
    (lambda receipt: looked(receipt, duration_s=1e300), FORM),
    (lambda receipt: looked(receipt, measured=[1]), FORM),
    (
        lambda receipt: looked(receipt, evidence=[{"name": "a", "sha256": "../x", "media_type": "a/b"}]),
        FORM,
    ),
]


@pytest.mark.parametrize(("make", "said"), WRONG, ids=range(len(WRONG)))
def test_another_file_is_refused_in_a_sentence(
    tmp_path: Path, receipt: bytes, make: Callable[[bytes], bytes], said: str
) -> None:
    """In little time and memory, and nothing is written anywhere."""
    file = written(tmp_path / "handed", "a.receipt", make(receipt))
    before = sorted(tmp_path.rglob("*"))
    started = time.monotonic()
    with pytest.raises(UsageError) as caught:
        unpack(file)
    assert caught.value.message.startswith(said) or said in caught.value.message
    assert len(caught.value.message) < 300
    assert "\x1b" not in caught.value.message
    assert caught.value.remedy
    assert time.monotonic() - started < 10
    assert sorted(tmp_path.rglob("*")) == before


def test_a_directory_of_a_million_entries_is_not_read(tmp_path: Path) -> None:
    """Its size is looked at first."""
    entry = b"PK\x01\x02" + bytes(42)
    data = b"PK" + bytes(2) + entry * 500_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 400, 400, len(entry) * 500_000, 4, 0)
    file = written(tmp_path, "a.receipt", data + end)
    tracemalloc.start()
    with pytest.raises(UsageError, match=FOREIGN):
        unpack(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 80 << 20


def test_an_endless_file_is_read_to_the_cap_only(tmp_path: Path) -> None:
    file = tmp_path / "a.receipt"
    with file.open("wb") as opened:
        opened.truncate(10 << 30)
    with pytest.raises(UsageError, match="larger than 37 MB"):
        unpack(file)


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it cannot be read"):
        unpack(tmp_path / "none.receipt")

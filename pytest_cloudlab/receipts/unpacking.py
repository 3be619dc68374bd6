"""A receipt taken apart without believing it: nothing is written, no name in it is used as a path."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import MAX_BYTES
from pytest_cloudlab.receipts import manifest as form
from pytest_cloudlab.redaction import plain

END = struct.Struct("<4s4H2LH")
"""The record that ends an archive: where its directory is, and of how many entries."""
END_MAGIC = b"PK\x05\x06"
BIG_MAGIC = b"PK\x06\x07"
BIG_BYTES = 20
"""Of what would stand right before it in an archive of more than 4 GB, and have the last word."""
DIRECTORY_BYTES = 200 * (form.MOST_FILES + 1)
PLAIN_BITS = 0x0806
"""Of an entry's flags, those that say nothing about how to read it."""
ENTRY = re.compile(rf"{form.EVIDENCE}[0-9a-f]{{64}}")
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises for archives that are not whole, or not what they say."""
AGAIN = "Have it made again with `cloudlab submit`, and handed in as it is."


@dataclass(frozen=True)
class Receipt:
    manifest: form.Manifest
    files: dict[str, bytes]
    """Evidence by its SHA-256."""


def unpack(file: Path) -> Receipt:
    """Raises `UsageError` with one sentence about what `file` is instead."""
    try:
        with file.open("rb") as opened:
            data = opened.read(form.PACKED_BYTES + 1)
    except OSError as error:
        raise _refusal(f"it cannot be read ({error.strerror})") from None
    if len(data) > form.PACKED_BYTES:
        raise _refusal(f"it is larger than {form.PACKED_BYTES >> 20} MB, which no receipt is")
    _require_small_archive(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = _entries(archive)
            told = _read(archive, entries.pop(form.MANIFEST))
            files = {name.removeprefix(form.EVIDENCE): _read(archive, one) for name, one in entries.items()}
    except DAMAGE:
        raise _refusal("it is damaged: not all of it can be unpacked") from None
    for digest, content in files.items():
        if hashlib.sha256(content).hexdigest() != digest:
            raise _refusal("a file in it was changed after it was made")
    return Receipt(_manifest(told), files)


def _refusal(why: str) -> UsageError:
    return UsageError(why, remedy=AGAIN)


def _require_small_archive(data: bytes) -> None:
    """Before zipfile is let near it, which would make an object of each of a million entries."""
    if not data.startswith(b"PK"):
        raise _refusal("it is no receipt" if data else "it is empty")
    if len(data) < END.size or data[-END.size :][:4] != END_MAGIC:
        raise _refusal("it was cut short, or packed by something else")
    _, disk, first_disk, here, total, size, offset, comment = END.unpack(data[-END.size :])
    whole = (disk, first_disk, here, comment) == (0, 0, total, 0) and offset + size + END.size == len(data)
    big = data[-END.size - BIG_BYTES :].startswith(BIG_MAGIC)
    if not whole or big or total > form.MOST_FILES + 1 or size > DIRECTORY_BYTES:
        raise _refusal("it is an archive that was packed by something else")


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    entries = archive.infolist()
    found = {one.filename: one for one in entries}
    known = all(name == form.MANIFEST or ENTRY.fullmatch(name) for name in found)
    if form.MANIFEST not in found or not known or not len(found) == len(entries) <= form.MOST_FILES + 1:
        raise _refusal("it has other entries than a receipt has")
    sizes = {name: one.file_size for name, one in found.items()}
    if (
        sizes.pop(form.MANIFEST) > form.MANIFEST_BYTES
        or max(sizes.values(), default=0) > MAX_BYTES
        or sum(sizes.values()) > form.UNPACKED_BYTES
    ):
        raise _refusal("it claims to unpack to more than a receipt holds")
    for one in entries:
        odd = one.flag_bits & ~PLAIN_BITS
        if odd or one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refusal("it is encrypted, or packed by something else")
    return found


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """As many bytes as it has said."""
    with archive.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise EOFError
    return data


def _manifest(data: bytes) -> form.Manifest:
    try:
        schema = msgspec.json.decode(data, type=form.Head).schema
        if schema != form.SCHEMA:
            newer = schema.startswith(form.SCHEMA.rpartition("/")[0])
            raise _refusal("it was made by another version of cloudlab" if newer else "it is no receipt")
        return msgspec.json.decode(data, type=form.Manifest)
    except msgspec.ValidationError as error:
        raise _refusal(f"what it says is not in the form of a receipt ({plain(str(error), 200)})") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise _refusal("what it says is not in the form of a receipt") from None

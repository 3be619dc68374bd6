"""The archive that torch.save writes, taken apart without believing it.

Bytes in, bytes out: nothing is decompressed, nothing is unpickled, no path is opened.
"""

from __future__ import annotations

import io
import re
import string
import struct
import zipfile
from dataclasses import dataclass

from pytest_cloudlab.redaction import plain
from pytest_cloudlab.weights.report import Unfit

MOST_ENTRIES = 1_000
DIRECTORY_MAGIC = b"PK\x01\x02"
END_MAGIC = b"PK\x05\x06"
END_REACH = (1 << 16) + 22
RESAVE = "Save the weights alone with torch.save(model.state_dict(), …), as the training script does."
RETRAIN = "Run the training script again and let it save the model; do not edit the file."
REFETCH = "Train again, or copy the file again; `df -h` says whether the disk is full."
STORAGE = re.compile(r"data/\d{1,6}")
DAMAGE = (zipfile.BadZipFile, EOFError, OSError, OverflowError, RuntimeError, struct.error, ValueError)
"""What zipfile raises for archives that are not whole."""
BESIDE = re.compile(r"version|byteorder|\.[a-z_]{1,60}(/[a-z_]{1,60})?")
"""What torch writes beside the pickle and the storages, by version more or less of it."""
SCRIPT = re.compile(r"code/|constants\.pkl$|constants/|extra/|model\.json$")


@dataclass(frozen=True)
class Archive:
    pickle: bytes
    """Which tensors there are, and in which storage each one lies."""
    others: dict[str, bytes]
    """Storages, byte order and version, by name."""

    def rebuilt(self) -> io.BytesIO:
        """An archive of these entries alone, for torch to load: what its own reader of archives would
        make of odd ones never matters."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, content in {"data.pkl": self.pickle, **self.others}.items():
                archive.writestr(f"archive/{name}", content)
        file.seek(0)
        return file


def take_apart(data: bytes, *, unpacked_bytes: int, pickle_bytes: int) -> Archive:
    """The entries of a model file. Raises `Unfit` for what torch.save would not have written."""
    _require_archive(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            kept = _chosen(archive.infolist(), len(data), unpacked_bytes, pickle_bytes)
            content = {name: archive.read(entry) for name, entry in kept.items()}
    except DAMAGE as error:
        raise Unfit(
            "damaged",
            f"The model file is damaged ({plain(str(error), 120)}); expected a whole archive of torch.save.",
            REFETCH,
        ) from None
    return Archive(content.pop("data.pkl"), content)


def _chosen(
    entries: list[zipfile.ZipInfo], file_bytes: int, unpacked_bytes: int, pickle_bytes: int
) -> dict[str, zipfile.ZipInfo]:
    """By name below the archive's folder, the entries to read, when all of them are as they should be."""
    total = sum(entry.file_size for entry in entries)
    if total > unpacked_bytes or (total > file_bytes and _stored(entries)):
        raise Unfit(
            "zip-bomb",
            f"The model file has {file_bytes:,} bytes and claims to unpack to {total:,}; at most "
            f"{unpacked_bytes:,} are taken. It was not unpacked.",
            RETRAIN,
        )
    folder = entries[0].filename.partition("/")[0] + "/" if entries else ""
    names = [entry.filename.removeprefix(folder) for entry in entries]
    if any(SCRIPT.match(name) for name in names):
        raise Unfit(
            "torchscript",
            "The model file is a TorchScript program, which is code; expected the weights alone. "
            "It was not loaded.",
            RESAVE,
        )
    for entry, name in zip(entries, names, strict=True):
        known = name == "data.pkl" or STORAGE.fullmatch(name) or BESIDE.fullmatch(name)
        if not (known and entry.filename.startswith(folder)) or names.count(name) > 1:
            raise Unfit(
                "layout",
                f"The model file is a zip archive with an entry {plain(entry.filename, 80)!r}, which "
                "torch.save does not write there.",
                RETRAIN,
            )
    if "data.pkl" not in names:
        raise Unfit(
            "layout",
            f"The model file is a zip archive of {len(names)} entries without data.pkl, which torch.save "
            "always writes.",
            RETRAIN,
        )
    if not _stored(entries):
        raise Unfit(
            "compressed",
            "The model file is a compressed archive; torch.save stores weights as they are.",
            RETRAIN,
        )
    chosen = dict(zip(names, entries, strict=True))
    if chosen["data.pkl"].file_size > pickle_bytes:
        raise Unfit(
            "contents",
            f"The model file's list of tensors has {chosen['data.pkl'].file_size:,} bytes; that of this "
            f"network has less than {pickle_bytes:,}.",
            RETRAIN,
        )
    return {name: entry for name, entry in chosen.items() if not name.startswith(".")}


def _stored(entries: list[zipfile.ZipInfo]) -> bool:
    return all(
        entry.compress_type == zipfile.ZIP_STORED and entry.compress_size == entry.file_size
        for entry in entries
    )


def _require_archive(data: bytes) -> None:
    """Raises `Unfit` saying what else the file is."""
    if not data:
        raise Unfit("empty", "The model file is empty: saving it did not finish.", REFETCH)
    if not data.startswith(b"PK\x03\x04"):
        raise _something_else(data)
    if END_MAGIC not in data[-END_REACH:]:
        raise Unfit(
            "truncated",
            f"The model file was cut short: it begins as torch.save writes it and ends after {len(data):,} "
            "bytes without its table of contents.",
            REFETCH,
        )
    # A table of contents of millions would fill memory before anything else is looked at.
    if data.count(DIRECTORY_MAGIC) > MOST_ENTRIES:
        raise Unfit(
            "layout",
            f"The model file is an archive of more than {MOST_ENTRIES:,} entries; expected a few for each "
            "layer.",
            RETRAIN,
        )


def _something_else(data: bytes) -> Unfit:
    start = data[:200]
    if data[257:262] == b"ustar":
        return Unfit("legacy", "The model file is a tar archive, the format of very old PyTorch.", RESAVE)
    if start.startswith(b"\x80"):
        return Unfit(
            "pickle",
            "The model file is a bare Python pickle, which can run code when it is loaded; expected the "
            "archive that torch.save writes since PyTorch 1.6. It was not loaded.",
            RESAVE,
        )
    text = start.decode("utf-8", errors="ignore")
    if text and all(letter in string.whitespace or letter.isprintable() for letter in text):
        return Unfit(
            "text",
            f"The model file is a text file that begins with {plain(text, 40)!r}; expected the archive that "
            "torch.save writes.",
            "Copy the model itself, not a page or a pointer to it; or train again.",
        )
    return Unfit(
        "unknown",
        f"The model file begins with the bytes {start[:8].hex(' ')}, which is no format that torch.save "
        "writes.",
        RESAVE,
    )

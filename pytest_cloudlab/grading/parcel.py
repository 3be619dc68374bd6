"""The files that a session needs, packed here and unpacked on another machine."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import read_toml
from pytest_cloudlab.lab import find_lab, known_labs
from pytest_cloudlab.model import Lab
from pytest_cloudlab.variant import FILE

PACKED_BYTES = 8 << 20
UNPACKED_BYTES = 64 << 20
MOST_FILES = 2_000
LEFT_OUT = {"__pycache__", "node_modules", "venv"}
"""Folders that are no part of a lab, besides hidden ones."""


class Parcel(msgspec.Struct, frozen=True):
    roster: str
    """The roster's place among the files."""
    lab: str
    """The name of a lab that is installed; else the place of its folder among the files."""
    installed: bool
    files: bytes
    """A zip archive."""


@dataclass(frozen=True)
class Unpacked:
    roster: Path
    lab: str
    """As `load_roster` takes it."""


def pack(roster: Path, lab: Lab) -> Parcel:
    """The roster, the CSV that has its people, and the lab where it is no installed one.

    All keep their places relative to each other. No keys and no tokens: what a check needs to look, the other
    machine has to have. Raises `UsageError` for what is too large, and for people named by an absolute path.
    """
    roster = roster.resolve()
    files = [roster, *_people(roster)]
    installed = _installed(lab)
    for folder in [] if installed else _folders(lab):
        files += _files_in(folder)
    home = Path(os.path.commonpath([file.parent for file in files]))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for file in dict.fromkeys(files):
            archive.write(file, file.relative_to(home).as_posix())
    data = packed.getvalue()
    if len(data) > PACKED_BYTES:
        raise _too_large(lab, f"{len(data) >> 20} MB packed")
    place = lab.id if installed else Path(lab.folder).resolve().relative_to(home).as_posix()
    return Parcel(roster.relative_to(home).as_posix(), place, installed, data)


def unpack(parcel: Parcel, folder: Path) -> Unpacked:
    """Put the files into `folder`. Raises `UsageError` when a name leads out of it, or there is too much."""
    with zipfile.ZipFile(io.BytesIO(parcel.files)) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > UNPACKED_BYTES:
            raise UsageError("a parcel with more files than one has")
        for name in [*(one.filename for one in entries), parcel.roster]:
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                raise UsageError(f"a parcel with the name {name!r}")
        archive.extractall(folder)
    return Unpacked(folder / parcel.roster, parcel.lab if parcel.installed else str(folder / parcel.lab))


def _people(roster: Path) -> Iterator[Path]:
    if roster.suffix.lower() != ".toml":
        return
    named = read_toml(roster).get("people")
    if not named:
        return
    if Path(str(named)).is_absolute():
        raise UsageError(
            f"{roster}: people: an absolute path is another one on another machine",
            remedy="Name the CSV relative to the roster.",
        )
    yield Path(os.path.normpath(roster.parent / str(named)))


def _installed(lab: Lab) -> bool:
    return lab.id in known_labs() and find_lab(lab.id) == Path(lab.folder)


def _folders(lab: Lab) -> Iterator[Path]:
    """The lab's, and those of the labs it is a variant of as long as they are no installed ones."""
    folder = Path(lab.folder).resolve()
    while True:
        yield folder
        base = read_toml(folder / FILE).get("base")
        if not base or base in known_labs():
            return
        folder = find_lab(str(base), beside=folder.parent)


def _files_in(folder: Path) -> list[Path]:
    found: list[Path] = []
    size = 0
    for at, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if one not in LEFT_OUT and not _hidden(one, at, folder)]
        for file in (Path(at) / name for name in sorted(names)):
            if file.is_file():
                found.append(file)
                size += file.stat().st_size
        if len(found) > MOST_FILES or size > UNPACKED_BYTES:
            raise UsageError(
                f"{folder}: more than {MOST_FILES} files or {UNPACKED_BYTES >> 20} MB, too much to send",
                remedy="Install the lab on the workers, as a package that offers it.",
            )
    return found


def _hidden(name: str, at: str, folder: Path) -> bool:
    """What tools keep beside a lab; below its top a hidden folder may be something that it hands out."""
    return name.startswith(".") and Path(at) == folder


def _too_large(lab: Lab, size: str) -> UsageError:
    return UsageError(
        f"the lab {lab.id!r} is {size}, more than the {PACKED_BYTES >> 20} MB that are sent to a worker",
        remedy="Install it on the workers, as a package that offers it.",
    )

"""Walks the entries of a tar that nobody vouches for, with memory that does not grow with it.

`tarfile` decodes each header block here; its archive reader is not used, because it keeps every entry
and reads extended headers of any size into memory.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_cloudlab.clouds.unfolding import Unfolded
from pytest_cloudlab.errors import CouldNotLook, TooMuch

BLOCK_BYTES = 512
HEADER_BYTES = 1024 * 1024
_EXTENDED = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)
_LONG = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
_WITHOUT_DATA = (
    tarfile.LNKTYPE,
    tarfile.SYMTYPE,
    tarfile.CHRTYPE,
    tarfile.BLKTYPE,
    tarfile.DIRTYPE,
    tarfile.FIFOTYPE,
)


@dataclass(frozen=True)
class Entry:
    path: str
    """Normalised: no leading slash, no `.`; empty for the root."""
    type: bytes
    """As in `tarfile`, e.g. `tarfile.REGTYPE`."""
    link: str
    """Where a symbolic or hard link points, as written."""
    size: int
    """Bytes of data that follow."""
    sparse: bool = False


def normal(path: str) -> str | None:
    """A path from the root, without slash in front; None when it climbs out with `..`.

    >>> normal("./etc//hosts/")
    'etc/hosts'
    """
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return None if ".." in parts else "/".join(parts)


class Tape:
    """Entries in their order; read `data` of the current one before asking for the next."""

    def __init__(self, stream: Unfolded, *, max_entries: int) -> None:
        self._stream = stream
        self._max_entries = max_entries
        self._left = 0
        """Bytes of the current entry still to come."""
        self._padding = 0

    def __iter__(self) -> Iterator[Entry]:
        headers, extra = 0, dict[str, str]()
        while (info := self._header()) is not None:
            headers += 1
            if headers > self._max_entries:
                raise TooMuch(
                    f"a layer of the image has more than {self._max_entries:,} entries; reading stopped there"
                )
            if info.type in _EXTENDED:
                extra |= _records(self._small(info))
            elif info.type in _LONG:
                key = "path" if info.type == tarfile.GNUTYPE_LONGNAME else "linkpath"
                extra[key] = self._small(info).split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
            elif info.type == tarfile.XGLTYPE:
                self._small(info)
            else:
                entry = self._entry(info, extra)
                extra = {}
                if entry is not None:
                    yield entry

    def data(self, entry: Entry) -> bytes:
        """The current entry's content, all of it: the caller has looked at its size."""
        content = self._stream.take(entry.size)
        if len(content) != entry.size:
            raise CouldNotLook("a layer of the image ends in the middle of an entry")
        self._left = 0
        return content

    def _header(self) -> tarfile.TarInfo | None:
        self._stream.skip(self._left + self._padding)
        self._left = self._padding = 0
        block = self._stream.take(BLOCK_BYTES)
        if not block.strip(b"\0"):
            return None
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except (tarfile.HeaderError, ValueError) as error:
            raise CouldNotLook("a layer of the image is damaged: it is not a tar archive") from error
        if info.type == tarfile.GNUTYPE_SPARSE:
            raise CouldNotLook("a layer of the image holds old sparse files, which are not read here")
        self._follow(info.size)
        return info

    def _follow(self, size: int) -> None:
        if size < 0:
            raise CouldNotLook("a layer of the image is damaged: an entry has a negative size")
        self._left = size
        self._padding = -size % BLOCK_BYTES

    def _small(self, info: tarfile.TarInfo) -> bytes:
        if info.size > HEADER_BYTES:
            raise TooMuch(f"a layer of the image has a header of {info.size:,} bytes; reading stopped there")
        content = self._stream.take(info.size)
        self._left = 0
        return content

    def _entry(self, info: tarfile.TarInfo, extra: dict[str, str]) -> Entry | None:
        size = info.size
        if "size" in extra:
            if not (extra["size"].isascii() and extra["size"].isdigit() and len(extra["size"]) < 20):
                raise CouldNotLook("a layer of the image is damaged: an entry's size is not a number")
            size = int(extra["size"])
        self._follow(0 if info.type in _WITHOUT_DATA else size)
        path = normal(extra.get("GNU.sparse.name") or extra.get("path") or info.name)
        if path is None:
            return None  # nothing an image could contain
        sparse = any(key.startswith("GNU.sparse.") for key in extra)
        return Entry(path, info.type, extra.get("linkpath") or info.linkname, self._left, sparse)


def _records(content: bytes) -> dict[str, str]:
    """The records of a pax header, each `length key=value` and a newline."""
    found, at = dict[str, str](), 0
    while at < len(content):
        length, space, _ = content[at : at + 12].partition(b" ")
        if not space or not length.isdigit() or not 4 < int(length) <= len(content) - at:
            break
        record = content[at + len(length) + 1 : at + int(length)]
        key, equals, value = record.partition(b"=")
        if not equals or not value.endswith(b"\n"):
            break
        found[key.decode("utf-8", "replace")] = value[:-1].decode("utf-8", "surrogateescape")
        at += int(length)
    else:
        return found
    raise CouldNotLook("a layer of the image is damaged: an extended header cannot be read")

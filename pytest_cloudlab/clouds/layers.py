"""One file out of an image's layers, without unpacking anything: no path from a tar is ever opened.

Layers lie on each other: what an upper one has, hides or deletes (whiteouts) is so. Links are followed
by looking their target up in the image in the same way.
Source: https://github.com/opencontainers/image-spec/blob/main/layer.md
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from pytest_cloudlab.clouds.images import Layer
from pytest_cloudlab.clouds.tape import Entry, Tape, normal
from pytest_cloudlab.clouds.unfolding import Limits, Packed, Unfolded
from pytest_cloudlab.errors import CouldNotLook, TooMuch, UsageError
from pytest_cloudlab.waiting import Deadline

WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
LINKS = 8
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)


class Kind(Enum):
    ABSENT = auto()
    """This layer says nothing about the path."""
    FILE = auto()
    GONE = auto()
    """This layer takes away what lower ones have at the path."""
    SYMLINK = auto()
    HARDLINK = auto()
    OTHER = auto()
    """A directory, a device, a pipe."""


@dataclass(frozen=True)
class Found:
    """What one layer says about one path."""

    kind: Kind
    content: bytes = b""
    target: str = ""
    """Of a link: the path from the root that it leads to."""


def scan(
    read: Callable[[int], bytes],
    layer: Layer,
    path: str,
    *,
    max_bytes: int,
    limits: Limits,
    deadline: Deadline,
) -> Found:
    """What the layer that `read` yields says about `path`, after its digest proved right.

    Raises `TooMuch` for a file above `max_bytes` or a layer beyond the limits, `TimedOut`, and
    `CouldNotLook` for a damaged layer or a wrong digest.
    """
    packed = Packed(read, layer)
    parents = {path[:at] for at, letter in enumerate(path) if letter == "/"}
    hides = {f"{_in(parent)}{WHITEOUT}{_name(parent)}" for parent in (*parents, path)}
    hides |= {f"{parent}/{OPAQUE}" for parent in parents} | {OPAQUE}
    found: Found | None = None
    above: dict[str, Entry] = {}
    gone = False
    tape = Tape(Unfolded(packed, limits, deadline), max_entries=limits.entries)
    for entry in tape:
        if entry.path == path:
            found = _look(tape, entry, max_bytes)
        elif entry.path in parents:
            above[entry.path] = entry
        elif entry.path in hides:
            gone = True
    packed.verify()
    if found is not None:
        return found
    for parent in sorted(above):
        entry = above[parent]
        if entry.type == tarfile.SYMTYPE:
            return Found(Kind.SYMLINK, target=_target(parent, entry.link) + path[len(parent) :])
        if entry.type != tarfile.DIRTYPE:
            gone = True
    return Found(Kind.GONE if gone else Kind.ABSENT)


def _look(tape: Tape, entry: Entry, max_bytes: int) -> Found:
    if entry.type == tarfile.SYMTYPE:
        return Found(Kind.SYMLINK, target=_target(entry.path, entry.link))
    if entry.type == tarfile.LNKTYPE:
        return Found(Kind.HARDLINK, target=_target("", entry.link))
    if entry.type not in _FILES:
        return Found(Kind.OTHER)
    if entry.sparse:
        raise CouldNotLook(f"{entry.path} is stored as a sparse file in the image, which is not read here")
    if entry.size > max_bytes:
        raise TooMuch(f"{entry.path} in the image has {entry.size:,} bytes; at most {max_bytes:,} are read")
    return Found(Kind.FILE, content=tape.data(entry))


def _in(path: str) -> str:
    return path[: path.rfind("/") + 1]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _target(link: str, target: str) -> str:
    """Where a link in the folder of `link` leads; `..` stops at the root, as in a container."""
    parts: list[str] = []
    for part in (target if target.startswith("/") else _in(link) + target).split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


class Seeker:
    """Goes down the layers for one path: says which layer to scan next, and takes what was found."""

    def __init__(self, path: str, *, depth: int) -> None:
        wanted = normal(path)
        if not wanted:
            raise UsageError(f"{path!r} is not the path of a file in an image")
        self.path = wanted
        self.layer = depth - 1
        self.content: bytes | None = None
        self.because = ""
        """Why there is no content, to be added to a sentence."""
        self._depth = depth
        self._links = 0
        self._done = False

    @property
    def wants_layer(self) -> bool:
        return not self._done and self.layer >= 0

    def take(self, found: Found) -> None:
        """Raises `CouldNotLook` when links lead round in a circle."""
        match found.kind:
            case Kind.ABSENT:
                self.layer -= 1
            case Kind.FILE:
                self.content, self._done = found.content, True
            case Kind.GONE:
                self.because, self._done = ": one of its later steps deletes it", True
            case Kind.OTHER:
                self.because, self._done = ": there is something else of that name, no file", True
            case Kind.SYMLINK | Kind.HARDLINK:
                self._links += 1
                if self._links > LINKS:
                    raise CouldNotLook(f"{self.path} in the image leads from link to link without end")
                if found.kind is Kind.SYMLINK:
                    self.layer = self._depth - 1
                self.path = found.target
                self._done = not found.target

"""A layer's bytes on their way: hashed as they come, decompressed in small pieces, counted twice."""

from __future__ import annotations

import gzip
import hashlib
import importlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytest_cloudlab.clouds.images import Layer
from pytest_cloudlab.errors import CouldNotLook, TimedOut, TooMuch
from pytest_cloudlab.waiting import Deadline

PIECE_BYTES = 64 * 1024
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
ZSTD_WINDOW_LOG = 25  # 32 MiB: what `zstd -19` uses at most, and a bound on memory
GIBIBYTE = 1024**3


@dataclass(frozen=True)
class Limits:
    """How much of one layer is read before it counts as a trap."""

    entries: int = 500_000
    compressed_bytes: int = 2 * GIBIBYTE
    uncompressed_bytes: int = 8 * GIBIBYTE


class Packed:
    """The layer as stored, for a decompressor to read from."""

    def __init__(self, read: Callable[[int], bytes], layer: Layer) -> None:
        self._read = read
        self._layer = layer
        self._hash = hashlib.sha256()
        self._count = 0
        self._ahead = b""

    def read(self, size: int = PIECE_BYTES) -> bytes:
        size = PIECE_BYTES if size < 0 else min(size, PIECE_BYTES)
        if self._ahead:
            piece, self._ahead = self._ahead[:size], self._ahead[size:]
            return piece
        return self._fetch(size)

    def start(self) -> bytes:
        """The first four bytes, which stay to be read."""
        while len(self._ahead) < 4 and (piece := self._fetch(PIECE_BYTES)):
            self._ahead += piece
        return self._ahead[:4]

    def verify(self) -> None:
        """Read to the end. Raises `CouldNotLook` unless everything hashes to the layer's digest."""
        while self._fetch(PIECE_BYTES):
            pass
        found = f"sha256:{self._hash.hexdigest()}"
        if found != self._layer.digest:
            raise CouldNotLook(
                f"the registry sent a layer that hashes to {found}, not to {self._layer.digest} as asked for"
            )

    def _fetch(self, size: int) -> bytes:
        piece = self._read(size)
        self._count += len(piece)
        if self._count > self._layer.size_bytes:
            raise CouldNotLook(
                f"the registry sent more than the {self._layer.size_bytes:,} bytes that layer "
                f"{self._layer.digest} has"
            )
        self._hash.update(piece)
        return piece


class Unfolded:
    """The layer decompressed: gzip, zstd or plain, told apart by their first bytes."""

    def __init__(self, packed: Packed, limits: Limits, deadline: Deadline) -> None:
        self._limits = limits
        self._deadline = deadline
        self._count = 0
        start = packed.start()
        source: Any = packed
        self._stream = source
        if start.startswith(GZIP):
            self._stream = gzip.GzipFile(fileobj=source, mode="rb")
        elif start == ZSTD:
            self._stream = _zstd(packed)

    def take(self, size: int) -> bytes:
        """Exactly `size` bytes, or none at the very end. Raises `CouldNotLook` for an end in between."""
        parts, missing = list[bytes](), size
        while missing and (piece := self._piece(missing)):
            parts.append(piece)
            missing -= len(piece)
        if missing and parts:
            raise CouldNotLook("a layer of the image ends in the middle of an entry")
        return b"".join(parts)

    def skip(self, size: int) -> None:
        while size:
            piece = self._piece(size)
            if not piece:
                raise CouldNotLook("a layer of the image ends in the middle of an entry")
            size -= len(piece)

    def _piece(self, size: int) -> bytes:
        if self._deadline.passed:
            raise TimedOut("reading the image's layers took longer than its limit")
        try:
            piece: bytes = self._stream.read(min(size, PIECE_BYTES))
        except (OSError, EOFError, zlib.error) as error:
            raise CouldNotLook("a layer of the image is damaged: it does not decompress") from error
        except Exception as error:
            if type(error).__name__ == "ZstdError":
                raise CouldNotLook("a layer of the image is damaged: it does not decompress") from error
            raise
        self._count += len(piece)
        if self._count > self._limits.uncompressed_bytes:
            raise TooMuch(
                f"a layer of the image unfolds to more than {self._limits.uncompressed_bytes:,} bytes; "
                "reading stopped there"
            )
        return piece


def _zstd(packed: Packed) -> Any:
    try:
        zstd = importlib.import_module("compression.zstd")  # Python 3.14
        limit = {zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG}
        return zstd.ZstdFile(packed, options=limit)
    except ImportError:
        pass
    try:
        zstandard = importlib.import_module("zstandard")
    except ImportError:
        raise CouldNotLook(
            "a layer of the image is compressed with zstd, which this Python cannot read",
            remedy="pip install zstandard",
        ) from None
    reader = zstandard.ZstdDecompressor(max_window_size=1 << ZSTD_WINDOW_LOG)
    return reader.stream_reader(packed, read_across_frames=True)

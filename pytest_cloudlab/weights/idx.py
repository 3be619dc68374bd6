"""The IDX files that MNIST comes in, read and written, gzipped or not.

Two zero bytes, the type of an element (8: unsigned byte), the number of dimensions, each dimension as four
big-endian bytes, then the elements.
Source: http://yann.lecun.com/exdb/mnist/
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path

from pytest_cloudlab.errors import CloudlabError, UsageError
from pytest_cloudlab.weights.regular import TooLong, read_regular

UNSIGNED_BYTE = 8
MAX_BYTES = 128 << 20
"""MNIST's own training images have 47 MB."""
GZIP = b"\x1f\x8b"
REMEDY = "Point the lab's [data] at the IDX files of the held-out digits."


def read_idx(path: Path, *, dimensions: int, max_bytes: int = MAX_BYTES) -> tuple[tuple[int, ...], bytes]:
    """Shape and elements of an IDX file of unsigned bytes, at most `max_bytes` of them.

    Nothing is allocated on the word of the header alone: what is read is what the file really holds.
    Raises `UsageError` saying what was found and expected.
    """
    packed = _packed(path, max_bytes)
    data = _unpacked(packed, path, max_bytes) if packed.startswith(GZIP) else packed
    header = 4 + 4 * dimensions
    if len(data) < header or data[:2] != b"\0\0":
        raise _wrong(path, "not an IDX file", "two zero bytes, a type and dimensions at its beginning")
    if data[2] != UNSIGNED_BYTE:
        raise _wrong(path, f"elements of type {data[2]}", f"unsigned bytes, type {UNSIGNED_BYTE}")
    if data[3] != dimensions:
        raise _wrong(path, f"{data[3]} dimensions", f"{dimensions}")
    shape = struct.unpack_from(f">{dimensions}I", data, 4)
    elements = math.prod(shape)
    if not elements:
        raise _wrong(path, f"a shape of {_by(shape)}", "at least one element")
    if elements > max_bytes - header:
        raise _wrong(path, f"a shape of {_by(shape)}", f"at most {max_bytes:,} bytes")
    if len(data) - header != elements:
        raise _wrong(
            path, f"{len(data) - header:,} bytes of elements", f"{elements:,}, for its shape of {_by(shape)}"
        )
    return shape, data[header:]


def write_idx(path: Path, shape: tuple[int, ...], elements: bytes) -> None:
    """Write an IDX file of unsigned bytes; gzipped, the same bytes each time, if its name ends in `.gz`."""
    if math.prod(shape) != len(elements):
        raise ValueError(f"{len(elements)} elements do not make a shape of {_by(shape)}")
    data = bytes((0, 0, UNSIGNED_BYTE, len(shape))) + struct.pack(f">{len(shape)}I", *shape) + elements
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def _packed(path: Path, max_bytes: int) -> bytes:
    try:
        return read_regular(path, max_bytes)
    except TooLong as error:
        raise _wrong(path, f"{error.size_bytes:,} bytes", f"at most {max_bytes:,}") from None
    except CloudlabError as error:
        raise UsageError(error.message, remedy=REMEDY) from None


def _unpacked(packed: bytes, path: Path, max_bytes: int) -> bytes:
    unfolding = zlib.decompressobj(wbits=31)
    try:
        data = unfolding.decompress(packed, max_bytes)
    except zlib.error as error:
        raise _wrong(path, f"a damaged gzip file ({error})", "a whole one") from None
    if unfolding.unconsumed_tail:
        raise _wrong(path, "more after unpacking", f"at most {max_bytes:,} bytes")
    if not unfolding.eof:
        raise _wrong(path, "a gzip file that was cut short", "a whole one")
    return data


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(str(each) for each in shape)


def _wrong(path: Path, found: str, expected: str) -> UsageError:
    return UsageError(f"{path}: found {found}, expected {expected}", remedy=REMEDY)

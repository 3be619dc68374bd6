"""The one object that kubectl sends as protobuf to a server of JSON: the namespace of `create namespace`."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cloudlab.twin.kubernetes.errors import KubeError
from pytest_cloudlab.twin.kubernetes.kinds import Object

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
MAGIC = b"k8s\x00"

_TYPE, _RAW, _KIND = 1, 2, 2
_METADATA, _NAME = 1, 1
_VARINT, _BYTES = 0, 2


def namespace(data: bytes) -> Object:
    """Raises `KubeError` 415 for any other object, 400 for what is no message at all."""
    try:
        if not data.startswith(MAGIC):
            raise ValueError
        envelope = dict(_fields(data[len(MAGIC) :]))
        kind = dict(_fields(envelope[_TYPE])).get(_KIND, b"")
        if kind != b"Namespace":
            raise KubeError(415, f"the twin reads JSON, and no protobuf of {kind.decode()}")
        metadata = dict(_fields(dict(_fields(envelope[_RAW]))[_METADATA]))
        return {"metadata": {"name": metadata[_NAME].decode()}}
    except (IndexError, KeyError, ValueError):
        raise KubeError(400, "the body of the request is no message of protobuf") from None


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of the fields that hold bytes."""
    at = 0
    while at < len(data):
        tag, at = _number(data, at)
        if tag & 7 == _VARINT:
            _, at = _number(data, at)
        elif tag & 7 == _BYTES:
            size, at = _number(data, at)
            if at + size > len(data):
                raise ValueError
            yield tag >> 3, data[at : at + size]
            at += size
        else:
            raise ValueError


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at
        if shift > 63:
            raise ValueError

"""The message that `kubectl create namespace` sends."""

from __future__ import annotations

import pytest

from pytest_cloudlab.twin.kubernetes import protobuf
from pytest_cloudlab.twin.kubernetes.errors import KubeError


def field(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | 2, len(data)]) + data


def message(kind: bytes, name: bytes) -> bytes:
    about = field(1, b"v1") + field(2, kind)
    # Between them a number, as fields that nobody asks for have.
    item = field(1, bytes([7 << 3, 0x96, 0x01]) + field(1, name)) + field(3, b"")
    return protobuf.MAGIC + field(1, about) + field(2, item)


def test_a_namespace_is_read() -> None:
    """Its name: kubectl tells no more."""
    assert protobuf.namespace(message(b"Namespace", b"runai-sdd")) == {"metadata": {"name": "runai-sdd"}}


def test_any_other_object_is_refused() -> None:
    """With the media type as the reason."""
    with pytest.raises(KubeError) as caught:
        protobuf.namespace(message(b"Pod", b"web"))
    assert caught.value.status == 415


@pytest.mark.parametrize("cut", range(0, 30, 3))
def test_what_is_cut_short_is_no_message(cut: int) -> None:
    """Nor is what is something else altogether, or has numbers without an end."""
    whole = message(b"Namespace", b"runai-sdd")
    for data in (whole[:cut], whole[cut + 1 :], protobuf.MAGIC + b"\x08" + b"\xff" * (cut + 1)):
        with pytest.raises(KubeError) as caught:
            protobuf.namespace(data)
        assert caught.value.status in (400, 415)

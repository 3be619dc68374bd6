"""Magic packets as cards know them: in either carrier, hostile, truncated, or only nearly right."""

from __future__ import annotations

import ast
import inspect
import random

import pytest

from pytest_cloudlab import magic_packet as module
from pytest_cloudlab.magic_packet import LENGTH, REPEATS, SYNC, magic_packet, normal_mac

CARD = bytes.fromhex("02005e100001")
MAC = "02:00:5e:10:00:01"
MAGIC = SYNC + CARD * REPEATS
SENDER = bytes.fromhex("02005e100002")


def ethernet(payload: bytes, kind: bytes = b"\x08\x42", to: bytes = SYNC) -> bytes:
    return to + SENDER + kind + payload


def udp(payload: bytes, port: int = 9, length: int | None = None) -> bytes:
    length = 8 + len(payload) if length is None else length
    return b"\x9c\x40" + port.to_bytes(2, "big") + length.to_bytes(2, "big") + b"\0\0" + payload


def ipv4(datagram: bytes, *, protocol: int = 17, fragment: int = 0, options: bytes = b"") -> bytes:
    head = bytes([0x40 + 5 + len(options) // 4, 0]) + (20 + len(options) + len(datagram)).to_bytes(2, "big")
    head += b"\0\1" + fragment.to_bytes(2, "big") + bytes([64, protocol]) + bytes(6) + SYNC[:4]
    return ethernet(head + options + datagram, b"\x08\x00")


def ipv6(datagram: bytes) -> bytes:
    head = b"\x60\0\0\0" + len(datagram).to_bytes(2, "big") + bytes([17, 1]) + bytes(32)
    return ethernet(head + datagram, b"\x86\xdd")


@pytest.mark.parametrize(
    ("frame", "port"),
    [
        (ethernet(MAGIC), 0),
        (ethernet(b"some words before it" + MAGIC + b"a password"), 0),
        (ethernet(b"\xff" * 40 + MAGIC), 0),
        (ethernet(b"\0\7\x08\x42" + MAGIC, b"\x81\x00"), 0),
        (ipv4(udp(MAGIC)), 9),
        (ipv4(udp(MAGIC, 7)), 7),
        (ipv4(udp(MAGIC, 40_000)), 40_000),
        (ipv4(udp(MAGIC), options=bytes(8)), 9),
        (ipv4(udp(MAGIC)) + bytes(20), 9),
        (ipv6(udp(MAGIC)), 9),
    ],
)
def test_a_magic_packet_is_found_wherever_a_card_finds_it(frame: bytes, port: int) -> None:
    found = magic_packet(frame)
    assert found
    assert (found.mac, found.to_all, found.port) == (MAC, True, port)


def test_one_for_a_single_card_is_told_apart() -> None:
    """A switch that has forgotten the card does not carry it there."""
    found = magic_packet(ethernet(MAGIC, to=CARD))
    assert found
    assert not found.to_all


@pytest.mark.parametrize(
    "frame",
    [
        ethernet(SYNC + CARD * (REPEATS - 1)),
        ethernet(SYNC + CARD * (REPEATS - 1) + SENDER),
        ethernet(SYNC[:5] + CARD * REPEATS),
        ethernet(SYNC * (REPEATS + 1)),
        ethernet(SYNC + bytes(6) * REPEATS),
        ethernet(SYNC + bytes.fromhex("01005e000001") * REPEATS),
        ethernet(MAGIC, b"\x08\x06"),
        ethernet(MAGIC, b"\x08\x00"),
        ethernet(b"\0\7\x81\x00\0\7\x81\x00\0\7\x08\x42" + MAGIC, b"\x81\x00"),
        ipv4(udp(MAGIC), protocol=6),
        ipv4(udp(MAGIC), fragment=0x2000),
        ipv4(udp(MAGIC), fragment=100),
        ipv4(udp(MAGIC, length=7)),
        ipv4(udp(MAGIC, length=8 + LENGTH - 1)),
        ipv4(udp(MAGIC, length=9_000)),
        b"",
        SYNC,
    ],
)
def test_what_would_wake_nobody_is_none(frame: bytes) -> None:
    assert magic_packet(frame) is None


@pytest.mark.parametrize("frame", [ethernet(MAGIC), ipv4(udp(MAGIC)), ipv6(udp(MAGIC))])
def test_a_truncated_frame_is_no_magic_packet_and_no_error(frame: bytes) -> None:
    assert [magic_packet(frame[:end]) for end in range(len(frame))] == [None] * len(frame)


def test_noise_is_no_error() -> None:
    chance = random.Random(1)  # noqa: S311
    for _ in range(3_000):
        kind = chance.choice([b"\x08\x00", b"\x86\xdd", b"\x08\x42", b"\x81\x00"])
        noise = bytes(chance.choice((0, 5, 17, 64, 69, 255)) for _ in range(chance.randrange(200)))
        assert magic_packet(ethernet(noise, kind)) is None


def test_a_frame_full_of_beginnings_ends_soon() -> None:
    """As large as a frame may be, and a synchronisation everywhere."""
    assert magic_packet(ethernet(b"\xff" * 60_000)) is None


@pytest.mark.parametrize(
    "text", ["02:00:5e:10:00:01", "02-00-5E-10-00-01", " 0200.5e10.0001", "02005E100001"]
)
def test_an_address_may_be_written_in_many_ways(text: str) -> None:
    assert normal_mac(text) == MAC


@pytest.mark.parametrize(
    "text", ["", "02:00", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "01005e000001", "٠" * 12, "g" * 12]
)
def test_what_is_no_card_s_address_is_none(text: str) -> None:
    assert normal_mac(text) == ""


def test_a_python_as_old_as_a_nas_s_understands_it() -> None:
    """3.8 reads it, and evaluates no annotation, in which it would not know what to do with a `|`."""
    tree = ast.parse(inspect.getsource(module), feature_version=(3, 8))
    assert any(isinstance(each, ast.ImportFrom) and each.module == "__future__" for each in tree.body)
    evaluated = list(ast.walk(_Bare().visit(tree)))
    assert not [each for each in evaluated if isinstance(each, ast.BinOp) and isinstance(each.op, ast.BitOr)]
    assert not [each for each in evaluated if isinstance(each, ast.Subscript) and _builtin(each.value)]


class _Bare(ast.NodeTransformer):
    """Takes the annotations away."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # ast calls it
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:  # likewise
        return self.generic_visit(ast.Expr(node.value or node.target))


def _builtin(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("dict", "list", "set", "tuple", "type")

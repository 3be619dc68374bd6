"""A kernel's tables of sockets, real and forged."""

from __future__ import annotations

import pytest

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.sockets import read_tables

HEAD = b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
ROW = b"   0: 0100007F:1F91 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 20\n"


def test_tables_are_counted_by_the_machine_s_own_port() -> None:
    """The near side of a connection counts, the far side does not, nor one that is about to end."""
    ended = ROW.replace(b" 01 ", b" 08 ")
    listening = ROW.replace(b" 01 ", b" 0A ").replace(b"1F91", b"0016")
    six = ROW.replace(b"0100007F:1F91", b"0" * 24 + b"01000000:1F91").replace(
        b"0100007F:C", b"0" * 32 + b":C"
    )
    found = read_tables(HEAD + ROW * 2 + ended + listening, HEAD + six)
    assert found.established == {8081: 3}
    assert found.listening == {22}
    assert (found.open_on(8081), found.seen_on(8081), found.seen_on(22)) == (3, 4, 0)


def test_a_machine_without_ipv6_has_one_table() -> None:
    assert read_tables(HEAD + ROW, b"").established == {8081: 1}


@pytest.mark.parametrize(
    "table",
    [
        b"nothing\n",
        ROW,
        HEAD + b"\xff\xfe\n" + ROW,
        HEAD + ROW.replace(b"1F91", b"1F9"),
        HEAD + b"0: a:b c:d 01\n",
    ],
    ids=["text", "no-head", "bytes", "short-port", "words"],
)
def test_what_no_kernel_writes_is_not_counted(table: bytes) -> None:
    """A forged table is no evidence of anything, so nothing is said."""
    with pytest.raises(CouldNotLook):
        read_tables(table, b"")

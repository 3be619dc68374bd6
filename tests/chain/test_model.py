"""Which machines are one, which hop is to blame, and that data of a stranger is no chain."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_cloudlab.chain import Answer, Chain, Evidence, Hop
from pytest_cloudlab.chain.document import document, read


def evidence(
    nonce: str, *found: str, hostname: str = "h", machine_id: str = "m", network: str = "1"
) -> Evidence:
    return Evidence(hostname, machine_id, network, nonce, (nonce, *found))


@pytest.mark.parametrize(
    ("one", "other", "same", "apart"),
    [
        (evidence("a"), evidence("b", "a"), True, ()),
        (evidence("a", "b"), evidence("b"), True, ()),
        (evidence("a"), evidence("b"), False, ("nonce",)),
        # Two containers that share a folder.
        (evidence("a"), evidence("b", "a", network="2"), False, ("network namespace",)),
        (evidence("a"), evidence("b", "a", machine_id="n"), False, ("machine id",)),
        # VMs of one image have one machine id, and namespaces of two kernels one number.
        (evidence("a"), evidence("b", hostname="g"), False, ("host name", "nonce")),
        # A machine may be renamed while it is looked at.
        (evidence("a"), evidence("b", "a", hostname="g"), True, ("host name",)),
        # Where nothing can be written, what is alike tells nothing.
        (Evidence("h", "m", "1"), Evidence("h", "m", "1"), None, ()),
        (Evidence("h"), Evidence("g"), False, ("host name",)),
        (Evidence(), Evidence(), None, ()),
    ],
)
def test_one_machine_or_two(
    one: Evidence, other: Evidence, same: bool | None, apart: tuple[str, ...]
) -> None:
    assert (one.same_as(other), one.apart(other)) == (same, apart)
    assert (other.same_as(one), other.apart(one)) == (same, apart)


def test_the_farthest_break_is_to_blame() -> None:
    """All that is nearer suffers from it, and what could not be looked at is nobody's fault."""
    answers = (Answer.ELSEWHERE, Answer.NOTHING, Answer.UNKNOWN, Answer.REACHED)
    chain = Chain(tuple(Hop(answer.value, answer=answer) for answer in answers))
    assert chain.broken
    assert chain.broken.name == "nothing"
    assert Chain(chain.hops[2:]).broken is None


CHAIN = Chain(
    (
        Hop("laptop", evidence("a"), port=8888, answer=Answer.ELSEWHERE, ended="ends at the laptop's port 1"),
        Hop("codespace", evidence("b", "a"), "gh codespace ports forward", 8888, Answer.REACHED),
        Hop("vm", evidence("c", network="2"), "ssh -L", 8888, Answer.UNKNOWN, lost="no answer"),
    )
)


def test_a_chain_is_read_as_it_was_written() -> None:
    """But for its nonces, which say the same again."""
    told = document(CHAIN)
    again = read(told)
    assert again
    assert document(again) == told
    assert [hop.answer for hop in again.hops] == [hop.answer for hop in CHAIN.hops]
    twin = again.same_machine_as(1)
    assert twin
    assert twin.name == "laptop"
    assert again.same_machine_as(2) is None
    assert "nonce" in again.told_by(2)


def test_a_nonce_that_nobody_wrote_is_not_made_up() -> None:
    """E.g. where no folder takes a file."""
    bare = Chain((Hop("vm", Evidence("a")), Hop("container", Evidence("b"))))
    again = read(document(bare))
    assert again
    assert again.told_by(1) == ("host name",)


@pytest.mark.parametrize(
    "told",
    [
        None,
        "laptop",
        [],
        {},
        ["laptop"],
        [{}],
        [{"name": ""}],
        [{"name": 1}],
        [{"name": "vm", "port": "8888"}],
        [{"name": "vm", "port": True}],
        [{"name": "vm", "answer": "perhaps"}],
        [{"name": "vm", "hostname": ["a"]}],
        [{"name": "vm", "told_by": "all"}],
        [{"name": "vm"}] * 13,
    ],
)
def test_data_of_a_stranger_is_no_chain(told: Any) -> None:
    assert read(told) is None

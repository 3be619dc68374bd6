"""Letters of a task on a cluster: each once, in order, and evidence that is what it says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pytest_cloudlab.errors import NotFound, TargetLost
from pytest_cloudlab.evidence import MAX_BYTES, EvidenceStore
from pytest_cloudlab.grading import received as module
from pytest_cloudlab.grading.letters import Letter, Line, Proof
from pytest_cloudlab.grading.received import Received
from pytest_cloudlab.model import Evidence


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


def line(number: int, attempt: str = "a") -> Letter:
    return Letter(attempt, number, Line(b"x"))


def kept(store: EvidenceStore, digest: str) -> bytes | None:
    try:
        return store.read(Evidence("x", digest, "text/plain", 1))
    except NotFound:
        return None


def test_letters_come_out_in_order(store: EvidenceStore) -> None:
    received = Received(store)
    assert received.next(None) is None
    assert [received.next(line(number)) for number in (0, 1)] == [Line(b"x"), Line(b"x")]


@pytest.mark.parametrize("number", [0, 2])
def test_a_letter_that_is_missing_or_comes_twice_ends_the_attempt(store: EvidenceStore, number: int) -> None:
    received = Received(store)
    received.next(line(0))
    with pytest.raises(TargetLost, match="lost on its way"):
        received.next(line(number))


def test_another_attempt_is_not_mixed_into_the_first(store: EvidenceStore) -> None:
    """The cluster ran the task again: who runs it does not know what the first attempt has told."""
    received = Received(store)
    received.next(line(0))
    with pytest.raises(TargetLost, match="worker that judged was lost"):
        received.next(line(0, attempt="b"))


def test_evidence_is_put_together_of_its_parts(store: EvidenceStore) -> None:
    digest = hashlib.sha256(b"abcd").hexdigest()
    received = Received(store)
    received.next(Letter("a", 0, Proof(digest, b"ab", last=False)))
    assert kept(store, digest) is None
    received.next(Letter("a", 1, Proof(digest, b"cd", last=True)))
    assert kept(store, digest) == b"abcd"


@pytest.mark.parametrize("digest", ["0" * 64, "../../x", ""])
def test_evidence_that_is_something_else_is_not_kept(store: EvidenceStore, digest: str) -> None:
    received = Received(store)
    received.next(Letter("a", 0, Proof(digest, b"abcd", last=True)))
    assert received.next(line(1)), "and what was seen counts all the same"
    assert not store.folder.exists()


def test_endless_evidence_is_not_collected(store: EvidenceStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of one file nor of many; what fits is kept."""
    received = Received(store)
    part = b"x" * (MAX_BYTES // 2)
    for number in range(5):
        received.next(Letter("a", number, Proof("0" * 64, part, last=False)))
        assert sum(map(len, received._parts.values())) <= MAX_BYTES
    monkeypatch.setattr(module, "MOST_EVIDENCE_BYTES", 5)
    received = Received(store)
    small, other = (hashlib.sha256(data).hexdigest() for data in (b"abcd", b"efgh"))
    received.next(Letter("a", 0, Proof(small, b"abcd", last=True)))
    received.next(Letter("a", 1, Proof(other, b"efgh", last=True)))
    assert (kept(store, small), kept(store, other)) == (b"abcd", None)

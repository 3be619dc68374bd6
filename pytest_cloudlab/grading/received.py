"""Letters of one task taken in: in order, none missing, none twice; evidence has to be what it says it is."""

from __future__ import annotations

from pytest_cloudlab.errors import TargetLost
from pytest_cloudlab.evidence import MAX_BYTES, EvidenceStore
from pytest_cloudlab.grading.letters import MOST_EVIDENCE_BYTES, Letter, Line, Over, Proof, Refused

AGAIN = "What it had judged is kept. Run it again."


class Received:
    def __init__(self, store: EvidenceStore) -> None:
        self._store = store
        self._attempt = ""
        self._expected = 0
        self._parts: dict[str, bytearray] = {}
        self._left_bytes = MOST_EVIDENCE_BYTES

    def next(self, letter: Letter | None) -> Line | Proof | Over | Refused | None:
        """What is in the letter; evidence that is whole with it is in the store.

        Raises `TargetLost` when it is of another attempt than the first, or one before it is missing: the
        worker that judged is gone, and who begins anew has to be told what is known by now.
        """
        if letter is None:
            return None
        self._attempt = self._attempt or letter.attempt
        if letter.attempt != self._attempt:
            raise TargetLost("the worker that judged was lost", remedy=AGAIN)
        if letter.number != self._expected:
            raise TargetLost("something that a worker told was lost on its way", remedy=AGAIN)
        self._expected += 1
        if isinstance(letter.content, Proof):
            self._keep(letter.content)
        return letter.content

    def _keep(self, proof: Proof) -> None:
        self._left_bytes -= len(proof.part)
        data = self._parts.setdefault(proof.sha256, bytearray())
        if len(data) + len(proof.part) > MAX_BYTES or self._left_bytes < 0:
            self._parts[proof.sha256] = bytearray()  # not what it is said to be, so it is never stored
            return
        data += proof.part
        if proof.last:
            del self._parts[proof.sha256]
            self._store.take(proof.sha256, bytes(data))

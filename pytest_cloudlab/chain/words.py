"""What a chain says of its hops, for whatever draws it: the same words on a terminal and in a report."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_cloudlab.chain.model import Answer, Chain
from pytest_cloudlab.redaction import plain, redact

MARKS = {
    Answer.UNASKED: "·",
    Answer.REACHED: "✓",
    Answer.NOTHING: "✗",
    Answer.ELSEWHERE: "✗",
    Answer.UNKNOWN: "?",
}
_WORDS = {
    Answer.UNASKED: "",
    Answer.REACHED: "leads to the far end",
    Answer.NOTHING: "nobody answers",
    Answer.ELSEWHERE: "ends elsewhere",
    Answer.UNKNOWN: "could not be looked at",
}
LONGEST = 200
LONGEST_NAME = 40


@dataclass(frozen=True)
class Words:
    """One hop, ready to be shown: every text is plain and without secrets, but not escaped."""

    mark: str
    answer: str
    """The value of its `Answer`; `elsewhere` for a machine that is another than it should be."""
    name: str
    place: str
    """`:8888`, or nothing."""
    says: str
    evidence: str
    way: str


def words(chain: Chain) -> list[Words]:
    return [_words(chain, at) for at in range(len(chain.hops))]


def shown(text: str, limit: int = LONGEST) -> str:
    """Text of a machine, in ASCII: whatever it holds, it takes the room that it seems to take."""
    return plain(redact(plain(text, 4 * LONGEST)).encode("ascii", "backslashreplace").decode(), limit)


def _words(chain: Chain, at: int) -> Words:
    hop, twin = chain.hops[at], chain.same_machine_as(at)
    answer, says = hop.answer, hop.ended or _WORDS[hop.answer]
    if answer is Answer.REACHED and at == len(chain.hops) - 1:
        says = "is the far end"
    if hop.lost:
        answer, says = Answer.UNKNOWN, f"could not be looked at: {hop.lost}"
    elif twin:
        answer, says = (
            Answer.ELSEWHERE,
            f"is the same machine as the {twin.name}: what was written there is here",
        )
    nonce = "its own" if "nonce" in chain.told_by(at) else ""
    seen = {
        "host": shown(hop.evidence.hostname, LONGEST_NAME),
        "machine": shown(hop.evidence.machine_id)[:12],
        "network": shown(hop.evidence.network, 20),
        "nonce": nonce,
    }
    return Words(
        mark=MARKS[answer],
        answer=answer.value,
        name=shown(hop.name, LONGEST_NAME),
        place=f":{hop.port}" if hop.port else "",
        says=shown(says),
        evidence=" · ".join(f"{key} {value}" for key, value in seen.items() if value),
        way=shown(hop.way, 70) if at else "",
    )

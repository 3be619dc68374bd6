"""Reports: one writer per file. What they share stands here: the words, so that all say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_cloudlab.model import Check, Lab, Member, Standing, Verdict
from pytest_cloudlab.redaction import plain, redact
from pytest_cloudlab.standing import Card, State, Tally

WORDS: dict[State, str] = {
    "passed": "achieved",
    "failed": "to fix",
    "blocked": "waiting",
    "inconclusive": "could not be judged",
    "not due": "not due",
    "not asked": "not asked",
}
MARKS: dict[State, str] = {
    "passed": "✓",
    "failed": "✗",
    "blocked": "·",
    "inconclusive": "?",
    "not due": "○",
    "not asked": "○",
}
SELF_REPORTED = "self-reported"
NOT_YOUR_FAULT = "Not your fault; nothing is lost."


def shown(value: Any, limit: int = 4_000) -> Any:
    """`value` for a report: every text in it plain and without secrets, whatever it is nested in."""
    match value:
        case str():
            return plain(redact(value), limit, lines=True)
        case Mapping():
            return {shown(str(key), 200): shown(inner, limit) for key, inner in value.items()}
        case list() | tuple():
            return [shown(inner, limit) for inner in value]
    return value


def number(points: float) -> str:
    """As people write it: `2`, `11.5`."""
    return f"{round(points, 2):g}"


def counts(tally: Tally) -> list[tuple[State, str]]:
    """Each state that occurs, with its words: `[("passed", "12 achieved"), …]`."""
    found: list[tuple[State, int]] = [
        ("passed", tally.achieved),
        ("failed", tally.to_fix),
        ("blocked", tally.waiting),
        ("inconclusive", tally.unjudged),
        ("not asked", tally.not_asked),
        ("not due", tally.not_due),
    ]
    return [(state, f"{count} {WORDS[state]}") for state, count in found if count or state == "passed"]


def chosen(lab: Lab, member: Member) -> str:
    """What the member chose, e.g. `cat, runs dog`: a choice about a teammate says its key."""
    values = [
        (f"{choice.key} " if choice.teammates else "") + member.choices[choice.key]
        for choice in lab.choices
        if choice.key in member.choices
    ]
    return plain(", ".join(values), 80)


def link(lab: Lab, step: str) -> str:
    """The address that teaches the step; empty when the lab names none that a browser could open."""
    try:
        address = plain(lab.link(step))
    except KeyError:
        return ""
    return address if address.startswith(("https://", "http://")) else ""


def waits_for(standing: Standing, title_of: dict[str, str]) -> str:
    """For a check that waits for another: `waits for: ` and that one's title."""
    observation = standing.observation
    if observation is None or not observation.waits_for:
        return ""
    return f"waits for: {plain(title_of.get(observation.waits_for, observation.waits_for), 120)}"


def not_seen_here(standing: Standing) -> str:
    """Where nobody here saw what counts: `self-reported`, or `set by WHO: REASON`; else empty."""
    seen = standing.observation
    if seen is None or not seen.source:
        return ""
    return SELF_REPORTED if seen.source == "receipt" else plain(seen.message, 700)


def reconnected(standing: Standing) -> list[str]:
    """A sentence for each machine whose connection was lost and opened again on the way to what is known."""
    took_s: dict[str, list[float]] = {}
    for one in standing.observation.reconnections if standing.observation else ():
        took_s.setdefault(one.address, []).append(one.took_s)
    return [
        f"The connection to {plain(redact(address), 120)} was lost and opened again"
        + (f" {len(times)} times" if len(times) > 1 else "")
        + f" ({_rounded(sum(times))} s)."
        for address, times in took_s.items()
    ]


def _rounded(seconds: float) -> str:
    return f"{seconds:.0f}" if seconds >= 0.95 else f"{max(seconds, 0.1):.1f}"


def why_unasked(check: Check) -> str:
    """Why a check has no verdict."""
    if check.holds == "at_end":
        return "judged at the end"
    return "changes something; only on request" if check.acts else "not asked yet"


def sentence(text: str) -> str:
    """`text` with the full stop it may lack."""
    return text if not text or text[-1] in ".!?…:" else f"{text}."


def next_words(card: Card) -> str:
    """The one next step, in words."""
    check = card.next_check
    if check:
        return f"{plain(check.title, 120)} ({check.step})"
    if card.unjudged:
        unjudged = (one.observation for one in card.standings if one.verdict is Verdict.INCONCLUSIVE)
        remedy = next((plain(seen.remedy, 160) for seen in unjudged if seen and seen.remedy), "")
        return remedy or "run it again in a few minutes; nothing to fix."
    if card.not_asked:
        return "nothing to fix; the rest has not been asked yet."
    if card.not_due:
        return "nothing to fix; the end of the lab is judged with --final."
    return "nothing, all is achieved."

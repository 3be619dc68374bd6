"""Reports of the gate: one writer per file. The words that they share stand here."""

from __future__ import annotations

from urllib.parse import quote

from pytest_cloudlab import redaction
from pytest_cloudlab.material.look import Broken
from pytest_cloudlab.material.outcome import Outcome

TOOL = "cloudlab gate"
RULE_S_FAULT = "A fault of the rule, not of the page: what it would have found is not known."


def counted(count: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"


def closing(outcome: Outcome) -> str:
    """What it adds up to, in a sentence or a few."""
    looked_at = f"{counted(outcome.pages, 'page')}, {counted(outcome.blocks, 'block')}"
    errors = counted(len(outcome.errors), "error") if outcome.errors else "No errors"
    warnings = f" and {counted(len(outcome.warnings), 'warning')}" if outcome.warnings else ""
    said = [f"{errors}{warnings} on {looked_at}."]
    if outcome.accepted:
        said.append(f"Accepted in the baseline: {outcome.accepted}.")
    if outcome.disabled:
        said.append(f"Of disabled rules: {outcome.disabled}.")
    if outcome.broken:
        said.append("Not all rules could look: this is neither green nor red.")
    return " ".join(said)


def uri(path: str) -> str:
    """`path` as part of an address: its bytes, whatever they are."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return quote(path, errors="replace")


def told(broken: Broken) -> str:
    """As in `the rule links could not look at docs/a.md: KeyError: 'x' (links.py:12)`."""
    who = f"the rule {broken.rule}" if broken.rule else "the gate"
    return redaction.plain(f"{who} could not look at {broken.where}: {broken.error}", 600)

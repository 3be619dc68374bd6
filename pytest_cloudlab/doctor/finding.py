"""One thing that was looked at, and what that means for the lab."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    FACT = "fact"
    """Good to know: the lab does not depend on it."""
    WRONG = "wrong"
    """Missing, or not as it has to be."""
    UNKNOWN = "unknown"
    """It could not be looked at."""


@dataclass(frozen=True)
class Finding:
    part: str
    """What kind of thing it is: `place`, `system`, `tools`, …"""
    name: str
    state: State
    found: str
    fix: str = ""
    """One line to do about it, for this operating system; empty where nothing is to be done."""


def judged(part: str, name: str, state: State, found: str, *, fix: str = "", needed: bool) -> Finding:
    """What is wrong with a thing that nobody needs is no more than a fact."""
    if not needed and state is not State.OK:
        state = State.FACT
    return Finding(part, name, state, found, fix if state is not State.OK else "")


def exit_code(findings: Iterable[Finding]) -> int:
    """0 all that is needed is there, 1 something is wrong, 3 something could not be looked at."""
    states = {finding.state for finding in findings}
    if State.WRONG in states:
        return 1
    return 3 if State.UNKNOWN in states else 0

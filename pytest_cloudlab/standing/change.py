"""What is different between two cards of one member, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pytest_cloudlab.bounds import Bound
from pytest_cloudlab.model import Check, Standing
from pytest_cloudlab.standing.card import Card, State


@dataclass(frozen=True)
class Change:
    """One check that stands otherwise than before, or is worth something else."""

    check: Check
    before: State | None
    """None where the lab did not have it yet."""
    after: State | None
    """None where the lab has it no more."""
    points: float
    """What the member gains by it; negative: loses."""
    why: str


def changes(before: Card, after: Card, taken_back: Mapping[str, str] = MappingProxyType({})) -> list[Change]:
    """In the lab's order as it is now; what it has no more comes last.

    `taken_back` says of checks by name why they are no longer as they were set.
    """
    old = {one.check.name: one for one in before.standings}
    new = {one.check.name: one for one in after.standings}
    found = []
    for name in dict.fromkeys([*new, *old]):
        was, is_ = old.get(name), new.get(name)
        states = (before.state(was) if was else None, after.state(is_) if is_ else None)
        points = (is_.points if is_ else 0) - (was.points if was else 0)
        worth = (was.check.points if was else None, is_.check.points if is_ else None)
        if states[0] != states[1] or worth[0] != worth[1] or _set(was) != _set(is_):
            why = "; ".join(dict.fromkeys(_reasons(was, is_, taken_back.get(name, ""))))
            check = (is_ or was).check  # type: ignore[union-attr]  # one of them there is
            found.append(Change(check, *states, points, why))
    return found


def _set(standing: Standing | None) -> str:
    """What was set by hand, if anything."""
    seen = standing.observation if standing else None
    return seen.message if seen and seen.source == "override" else ""


def _reasons(was: Standing | None, is_: Standing | None, taken_back: str) -> Iterator[str]:
    if was is None:
        yield "the lab has it now"
        return
    if is_ is None:
        yield "the lab has it no more"
        return
    old, new = was.check, is_.check
    if _set(is_) != _set(was):
        yield _set(is_) or taken_back
    if old.points != new.points:
        yield f"worth {new.points:g} points instead of {old.points:g}"
    if old.bounds != new.bounds:
        yield f"expected {_all(new.bounds)} instead of {_all(old.bounds)}"
    if set(old.needs) != set(new.needs):
        yield f"needs {', '.join(new.needs) or 'nothing'} instead of {', '.join(old.needs) or 'nothing'}"
    if old.holds != new.holds:
        yield f"holds {new.holds} instead of {old.holds}".replace("_", " ")
    seen = is_.observation
    if was.verdict != is_.verdict and seen and seen.message and not seen.source:
        yield seen.message


def _all(bounds: tuple[Bound, ...]) -> str:
    return ", ".join(map(str, bounds)) or "anything"

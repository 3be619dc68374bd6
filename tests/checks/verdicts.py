"""What a judged card comes down to, for comparing it with what a sabotage announces."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_cloudlab.model import Check
from pytest_cloudlab.standing import Card


def by_verdict(card: Card, *, final: bool = False) -> dict[str, set[str]]:
    print(
        "\n".join(f"{o.check}: {o.verdict} {o.message}" for o in (s.observation for s in card.standings) if o)
    )
    found: dict[str, set[str]] = {"passed": set(), "failed": set(), "blocked": set(), "inconclusive": set()}
    for standing in card.standings:
        if standing.verdict is None:
            assert standing.check.holds == "at_end", f"{standing.check.name} was not asked"
            assert not final
        else:
            found[standing.verdict].add(standing.check.name)
    return found


def waiting_for(red: frozenset[str], checks: Sequence[Check], *, final: bool = False) -> set[str]:
    """What cannot be asked once `red` has failed: by the needs as the lab declares them."""
    blocked: set[str] = set()
    for _ in checks:
        for check in checks:
            if set(check.needs) & (red | blocked):
                blocked.add(check.name)
    return {c.name for c in checks if c.name in blocked - red and (final or c.holds == "ever")}

"""What a check waits for: the needs, followed back to where the trouble starts."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Check, Observation, Standing, Verdict


def judge_needs(check: Check, known: Mapping[str, Standing]) -> tuple[Verdict, Check] | None:
    """Whether what `check` needs allows to ask it: None when it does.

    Else `blocked` and the first thing to get right, followed back to where it starts; or `inconclusive`
    and the check nobody could judge, when nothing but that stands in the way. `known` is in lab order.
    """
    roots = set(_roots(check, known, set()))
    in_order = [standing for name, standing in known.items() if name in roots]
    failed = [standing for standing in in_order if standing.verdict is Verdict.FAILED]
    open_ones = [standing for standing in in_order if standing.verdict is not Verdict.INCONCLUSIVE]
    for first in (failed + open_ones)[:1]:
        return Verdict.BLOCKED, first.check
    for first in in_order[:1]:
        return Verdict.INCONCLUSIVE, first.check
    return None


def _roots(check: Check, known: Mapping[str, Standing], seen: set[str]) -> Iterator[str]:
    """Of all that `check` needs and that has not passed, what waits for nothing else itself."""
    for name in check.needs:
        standing = known[name]
        if standing.verdict is Verdict.PASSED or name in seen:
            continue
        seen.add(name)
        deeper = () if standing.verdict is Verdict.FAILED else tuple(_roots(standing.check, known, seen))
        open_below = any(known[need].verdict is not Verdict.PASSED for need in standing.check.needs)
        if standing.verdict is Verdict.FAILED or not open_below:
            yield name
        yield from deeper


def settle_waits(known: dict[str, Standing]) -> dict[str, Standing]:
    """`known` with what waits worked out anew, by what it needs now and by how that stands now.

    What waits for nothing any more was still never looked at, and that is nobody's fault: it is inconclusive.
    What was seen stays as it was seen, whatever it needs. Where `known` lacks a need, nothing is changed.
    """
    settled: set[str] = set()

    def settle(name: str) -> None:
        settled.add(name)
        standing = known[name]
        for need in standing.check.needs:
            if need in known and need not in settled:
                settle(need)
        seen = standing.observation
        if seen and seen.waits_for and seen.source == "" and _has_all_needs(standing.check, known):
            known[name] = _settled(standing, seen, known)

    for name in known:
        if name not in settled:
            settle(name)
    return known


def _settled(standing: Standing, seen: Observation, known: Mapping[str, Standing]) -> Standing:
    waits = judge_needs(standing.check, known)
    if waits is None:
        waited = known.get(seen.waits_for)
        first = f"“{waited.check.title}”" if waited else seen.waits_for
        now = replace(
            seen,
            verdict=Verdict.INCONCLUSIVE,
            message=f"it waited for {first}, and nobody has looked since",
            remedy="Run it again.",
            waits_for="",
        )
    else:
        verdict, root = waits
        if (verdict, root.name) == (seen.verdict, seen.waits_for):
            return standing
        now = replace(seen, verdict=verdict, message=f"waits for: {root.title}", waits_for=root.name)
    return replace(standing, verdict=now.verdict, observation=now)


def _has_all_needs(check: Check, known: Mapping[str, Standing]) -> bool:
    return all(need in known and _has_all_needs(known[need].check, known) for need in check.needs)


def check_needs_graph(checks: Sequence[Check]) -> None:
    """Raises `UsageError` for a need that names no check of the lab, and for needs in a circle."""
    by_name = {check.name: check for check in checks}
    for check in checks:
        for need in check.needs:
            if need not in by_name:
                near = difflib.get_close_matches(need, by_name, n=1)
                meant = f"Did you mean {near[0]!r}?" if near else "Name a test function of this lab."
                raise UsageError(f"{check.name}: it needs {need!r}, and there is no such check", remedy=meant)
    cleared: set[str] = set()
    for check in checks:
        _refuse_circle(check, by_name, [], cleared)


def _refuse_circle(check: Check, by_name: Mapping[str, Check], path: list[str], cleared: set[str]) -> None:
    if check.name in path:
        circle = [*path[path.index(check.name) :], check.name]
        raise UsageError(
            f"checks that need each other can never be asked: {' -> '.join(circle)}",
            remedy="Take one of these needs away.",
        )
    if check.name not in cleared:
        for need in check.needs:
            _refuse_circle(by_name[need], by_name, [*path, check.name], cleared)
        cleared.add(check.name)

"""Delete what dead or expired runs left behind; nothing of a living run, nothing attached."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pytest_cloudlab.errors import CloudlabError, CouldNotLook, UsageError
from pytest_cloudlab.providers import codespace, docker, gce
from pytest_cloudlab.providers.engine import Engine
from pytest_cloudlab.providers.ledger import Entry, Ledger, State
from pytest_cloudlab.providers.machines import Machines

SETTLE_S = 120
"""For so long after it was planned, a thing that is not there may still be on its way."""


class Outcome(StrEnum):
    DELETED = "deleted"
    ALREADY_GONE = "already gone"
    WOULD_DELETE = "would delete"
    """Said by a dry run."""
    KEPT = "kept"
    """It could not be deleted, or not be looked for: it stays in the ledger for the next sweep."""


@dataclass(frozen=True)
class Swept:
    """What became of one thing."""

    kind: str
    """`docker`, `gce` or `codespace`."""
    name: str
    where: str
    """The engine's address, `project/zone`, or `owner/name` of a repository."""
    why: str
    """`its run is dead`, `expired`, or `expired, and in no ledger here`."""
    outcome: Outcome
    problem: str = ""
    """For what was kept: why, and what to do about it."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.outcome} ({self.problem or self.why})"


def sweep(
    ledger: Ledger,
    *,
    compute_for: Callable[[str], Machines] | None = None,
    github: Callable[[], codespace.GitHub] | None = None,
    now: float | None = None,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda line: None,
) -> list[Swept]:
    """Delete every entry of `ledger` that is expired or whose run is dead, and then every container on
    this machine's engine that a run labelled and that is expired.

    `compute_for` gives the Compute Engine of a project; without it, VMs are kept. So are codespaces
    without `github`, which may raise `CouldNotLook`. `now` is in Unix seconds.
    `progress` is told each result in one line.

    >>> [swept.outcome for swept in sweep(ledger)]
    [<Outcome.DELETED: 'deleted'>]

    Raises nothing for what cannot be deleted: that is reported as kept.
    """
    at = time.time() if now is None else now
    results = []
    for swept in _all(ledger, compute_for, github, at, dry_run, progress):
        results.append(swept)
        progress(str(swept))
    return results


def _all(
    ledger: Ledger,
    compute_for: Callable[[str], Machines] | None,
    github: Callable[[], codespace.GitHub] | None,
    now: float,
    dry_run: bool,
    progress: Callable[[str], None],
) -> Iterator[Swept]:
    entries = ledger.unreleased()
    for entry in entries:
        why = "its run is dead" if entry.owner.gone else "expired" if entry.expires_at <= now else ""
        if why:
            outcome, problem = _settle(ledger, entry, compute_for, github, now, dry_run)
            yield Swept(entry.kind, entry.name, entry.where, why, outcome, problem)
    try:
        engine = Engine.default()
        containers = engine.provisioned()
    except (CouldNotLook, UsageError) as error:
        progress(f"containers were not looked for: {error.message}")
        return
    for container in containers:
        expired = container.expires_at is not None and container.expires_at <= now
        if not expired or any(container.is_of(entry) for entry in entries):
            continue
        outcome, problem = Outcome.WOULD_DELETE, ""
        if not dry_run:
            outcome, problem = _attempt(functools.partial(engine.remove, container.id))
        yield Swept(
            docker.KIND, container.name, engine.address, "expired, and in no ledger here", outcome, problem
        )


def _settle(
    ledger: Ledger,
    entry: Entry,
    compute_for: Callable[[str], Machines] | None,
    github: Callable[[], codespace.GitHub] | None,
    now: float,
    dry_run: bool,
) -> tuple[Outcome, str]:
    if entry.kind == gce.KIND and compute_for is None:
        return (
            Outcome.KEPT,
            f"No way to ask Compute Engine was given; sweep again with access to {entry.where}.",
        )
    if entry.kind == codespace.KIND and github is None:
        return Outcome.KEPT, "No way to ask GitHub was given; sweep again with access to it."
    if dry_run:
        return Outcome.WOULD_DELETE, ""
    if entry.kind == docker.KIND:
        outcome, problem = _attempt(lambda: docker.remove(Engine(entry.where), entry))
    elif entry.kind == gce.KIND and compute_for is not None:
        project, zone = entry.where.split("/")
        outcome, problem = _attempt(lambda: gce.remove(compute_for(project), entry, zone))
    elif entry.kind == codespace.KIND and github is not None:
        outcome, problem = _attempt(lambda: codespace.remove(github(), entry))
    else:
        return Outcome.KEPT, f"This version does not know the kind {entry.kind!r}; upgrade pytest-cloudlab."
    still_young = entry.state is State.PLANNED and now < entry.created_at + SETTLE_S
    if outcome is Outcome.ALREADY_GONE and still_young:
        return Outcome.KEPT, "It may be on its way to be created; sweep again in two minutes."
    if outcome is not Outcome.KEPT:
        ledger.mark_released(entry)
    return outcome, problem


def _attempt(delete: Callable[[], bool]) -> tuple[Outcome, str]:
    try:
        return (Outcome.DELETED if delete() else Outcome.ALREADY_GONE), ""
    except CloudlabError as error:
        return Outcome.KEPT, str(error).replace("\n", " ")

"""A whole class judged: each member in a session of its own, many at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from pytest_cloudlab.errors import CloudlabError, CouldNotLook, UsageError
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.engines import Engine
from pytest_cloudlab.grading.events import Event
from pytest_cloudlab.grading.member import SESSION_LIMIT_S, judge
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Observation, Standing, Verdict
from pytest_cloudlab.standing import standings
from pytest_cloudlab.waiting import Deadline

TRIES = 2
"""A session that died may have been unlucky; one that dies twice is told about."""
WORKERS = max(8, 4 * (os.cpu_count() or 1))
"""Sessions at once: they wait on networks, hardly ever for a processor."""


@dataclass(frozen=True)
class Sitting:
    """What became of one member's session."""

    assize: Assize
    problem: CloudlabError | None = None
    """Why it was not judged to its end; None when it was."""


class Listener(Protocol):
    """Hears what goes on, from several threads at once."""

    def begun(self, assize: Assize) -> None: ...

    def heard(self, assize: Assize, event: Event) -> None: ...

    def ended(self, sitting: Sitting) -> None: ...


def judge_class(
    assizes: Sequence[Assize],
    run: str,
    journal: Journal,
    listener: Listener,
    sessions: Engine,
    *,
    workers: int = WORKERS,
    deadline: Deadline | None = None,
    limit_s: float = SESSION_LIMIT_S,
) -> list[Sitting]:
    """Judge every member, at most `workers` at once; the sittings, in the order of `assizes`.

    What a session could not judge because it died or took longer than `limit_s` is tried once more, and is
    inconclusive then. After `deadline` no session begins. Raises the first `UsageError` of a session.
    Interrupted, it returns once every session has ended.
    """
    bench = _Bench(run, journal, listener, sessions, deadline or Deadline.after(float("inf")), limit_s)
    with ThreadPoolExecutor(workers) as pool:
        sitting: list[Future[Sitting]] = []
        try:
            sitting += [pool.submit(bench.sit, one) for one in assizes]
            return [one.result() for one in sitting]
        except BaseException:
            bench.closed = True
            pool.shutdown(wait=False, cancel_futures=True)
            sessions.close()
            raise


class _Bench:
    def __init__(
        self,
        run: str,
        journal: Journal,
        listener: Listener,
        sessions: Engine,
        deadline: Deadline,
        limit_s: float,
    ) -> None:
        self._run = run
        self._journal = journal
        self._sessions = sessions
        self._listener = listener
        self._deadline = deadline
        self._limit_s = limit_s
        self.closed = False

    def sit(self, assize: Assize) -> Sitting:
        sitting = Sitting(assize, self._try(assize))
        if not self.closed:
            if sitting.problem:
                self._tell_of_the_rest(sitting)
            else:
                self._journal.mark_judged(self._run, assize.assignment.team.id, assize.assignment.member.id)
            self._listener.ended(sitting)
        return sitting

    def _try(self, assize: Assize) -> CloudlabError | None:
        problem: CloudlabError | None = None
        for _ in range(TRIES):
            if self._deadline.passed or self.closed:
                return problem or CouldNotLook(
                    "the deadline of this run passed before it was judged", remedy="Run it again."
                )
            self._listener.begun(assize)
            try:
                judge(
                    assize,
                    self._run,
                    self._journal,
                    self._sessions,
                    lambda event: self._listener.heard(assize, event),
                    limit_s=min(self._limit_s, self._deadline.remaining_s()),
                )
            except UsageError:
                raise
            except CloudlabError as error:
                problem = error
            else:
                return None
        return problem

    def _tell_of_the_rest(self, sitting: Sitting) -> None:
        """What this run did not get to is inconclusive, and says why."""
        one, problem = sitting.assize.assignment, sitting.problem
        past = list(self._journal.observations(one.lab.id, one.team.id, one.member.id))
        seen = {each.check for each in past if each.run == self._run}
        known = standings(sitting.assize.checks, past, final=sitting.assize.final)
        for check in sitting.assize.checks:
            if check.name in seen or not is_left(known[check.name], sitting.assize):
                continue
            assert problem
            self._journal.append(
                Observation(
                    lab=one.lab.id,
                    team=one.team.id,
                    member=one.member.id,
                    check=check.name,
                    verdict=Verdict.INCONCLUSIVE,
                    message=problem.message,
                    remedy=problem.remedy,
                    at=datetime.now(UTC),
                    duration_s=0.0,
                    run=self._run,
                )
            )


def is_left(standing: Standing, assize: Assize) -> bool:
    """Whether a session would ask this check, or say what it waits for."""
    check, seen = standing.check, standing.observation
    if (check.holds == "at_end" and not assize.final) or (check.acts and not assize.act):
        return False
    told = seen is not None and seen.source == "receipt"
    return assize.again or told or check.holds == "at_end" or standing.verdict is not Verdict.PASSED

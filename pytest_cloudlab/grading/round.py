"""One round over a class: whom to ask, the run they are judged in, and how everybody stands after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.grading.assize import Assize
from pytest_cloudlab.grading.engines import Engine
from pytest_cloudlab.grading.member import card
from pytest_cloudlab.grading.roll import WORKERS, Listener, Sitting, is_left, judge_class
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.standing import Card
from pytest_cloudlab.waiting import Deadline


@dataclass(frozen=True)
class Resumed:
    """The run that was killed, and that this round goes on with."""

    began: datetime
    judged: int
    """Members that it has judged."""


@dataclass(frozen=True)
class Round:
    assizes: tuple[Assize, ...]
    """Everybody that was asked for."""
    known: tuple[Card, ...]
    """How each of them stands at its beginning."""
    due: tuple[Assize, ...]
    """Those that are given a session."""
    run: str
    journal: Journal
    resumed: Resumed | None = None

    def judge(
        self,
        listener: Listener,
        sessions: Engine,
        *,
        workers: int = WORKERS,
        deadline: Deadline | None = None,
    ) -> list[Sitting]:
        """Give each of `due` a session, and finish the run; raises what `judge_class` raises."""
        sittings = judge_class(
            self.due, self.run, self.journal, listener, sessions, workers=workers, deadline=deadline
        )
        self.finish()
        return sittings

    def finish(self) -> None:
        """Nobody is to go on with it."""
        self.journal.finish_run(self.run)

    def cards(self) -> list[Card]:
        """How each of `assizes` stands now."""
        return cards_of(self.assizes, self.journal)


def begin_round(
    assizes: Sequence[Assize],
    journal: Journal,
    asked: str,
    *,
    only_unjudged: bool = False,
    resume: bool = False,
    known: Sequence[Card] = (),
) -> Round:
    """A round over `assizes`. Who has nothing left to be asked is not asked.

    `asked` says in words what the round is to judge: with `resume`, one that was killed and was to judge the
    same is gone on with. `known` are everybody's cards, where they need not be read again.

    Raises `UsageError` when there is nobody.
    """
    if not assizes:
        raise UsageError("there is nobody to judge", remedy="Write teams with members into the roster.")
    lab = assizes[0].assignment.lab
    cards = tuple(known or cards_of(assizes, journal))
    pairs = [
        (one, its)
        for one, its in zip(assizes, cards, strict=True)
        if (its.unjudged if only_unjudged else any(is_left(each, one) for each in its.standings))
    ]
    unfinished = journal.unfinished(lab.id, asked) if resume else None
    resumed = None
    # One that somebody is still at is theirs: this is a second grader, with a run of its own.
    if unfinished and journal.hold(unfinished[0]):
        run, began, judged = unfinished
        pairs = [(one, its) for one, its in pairs if (its.team.id, its.member.id) not in judged]
        resumed = Resumed(began, len(judged))
    else:
        run = journal.start_run(lab.id, read_checks(assizes[0].assignment.lab), asked, held=True)
    return Round(tuple(assizes), cards, tuple(one for one, _ in pairs), run, journal, resumed)


def cards_of(assizes: Sequence[Assize], journal: Journal) -> list[Card]:
    """How each of them stands, by the journal."""
    checks = assizes[0].checks
    return [card(one, checks, journal) for one in assizes]

"""What every writer is given, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Member
from pytest_cloudlab.reports.gradebook.export import Export
from pytest_cloudlab.reports.gradebook.grade import Grade
from pytest_cloudlab.standing import Card


@dataclass(frozen=True)
class LeftOut:
    """Somebody who has a grade that was not written, and why not."""

    member: Member
    why: str


@dataclass(frozen=True)
class Book:
    grades: Sequence[Grade]
    everyone: Sequence[Member]
    """All of the roster, whoever the grades are of: a stranger to these may still be somebody there."""
    points: float | None = None
    """What the whole lab is to be worth; None: what its checks are worth."""
    assignment: str = ""
    """What the gradebook calls it; empty: as the lab is called."""
    export: Export | None = None
    """What the gradebook itself exported, where it takes that back."""

    @classmethod
    def of(
        cls, cards: Sequence[Card], *, points: float | None = None, assignment: str = "",
        export: Export | None = None, everyone: Sequence[Member] = (),
    ) -> Book:  # fmt: skip
        """Raises `UsageError` when there is nobody, or nothing to earn: 0 of 0 is no grade."""
        if not cards:
            raise UsageError("the roster has nobody", remedy="Add teams and their members to it.")
        if any(not card.possible for card in cards):
            raise UsageError(
                "the lab's checks are worth no points, so nobody can have a grade",
                remedy="Give points in their marks: @pytest.mark.outcome(points=2).",
            )
        grades = tuple(Grade(card, points or card.possible) for card in cards)
        members = tuple(everyone) or tuple(one.member for one in grades)
        return cls(grades, members, points, assignment, export)

    @property
    def title(self) -> str:
        return self.assignment or self.grades[0].card.lab.title

    @property
    def out_of(self) -> float:
        return self.grades[0].out_of

    @property
    def gradable(self) -> tuple[tuple[Grade, float], ...]:
        """Those who have a grade, with it."""
        return tuple((one, one.score) for one in self.grades if one.score is not None)

    def only_gradable(self, left_out: Sequence[LeftOut]) -> list[LeftOut]:
        """Of whom to tell: the others have no grade to lose."""
        theirs = {grade.member.id for grade, _ in self.gradable}
        return [one for one in left_out if one.member.id in theirs]

    @property
    def not_yet(self) -> tuple[Grade, ...]:
        return tuple(one for one in self.grades if one.score is None)


@dataclass
class Written:
    """What a writer has done."""

    grades: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What whoever uploads it has to know."""

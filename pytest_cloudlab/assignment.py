"""Who does which lab: what one member's checks are judged against."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import lab_of
from pytest_cloudlab.model import Course, Lab, Member, Roster, Team


@dataclass(frozen=True)
class Assignment:
    lab: Lab
    roster: Roster
    team: Team
    member: Member

    @property
    def course(self) -> Course:
        return self.roster.course

    @property
    def own(self) -> bool:
        """Whether the roster is the member's own file: this machine and its accounts are then theirs."""
        return self.roster.me == self.member.id

    def fill(self, template: str, member: Member | None = None) -> str:
        """`template` with the course's and the member's words filled in; `member` defaults to the own.

        >>> assignment.fill("{registry}/webapp-gif:{team}-{mascot}-1.0")
        'eu.gcr.io/sdd2526/webapp-gif:rocket-cat-1.0'

        Raises `UsageError` for a word that there is not.
        """
        one = member or self.member
        words = {
            **one.choices,
            "project": self.course.project,
            "registry": self.course.registry,
            "bucket": self.course.bucket,
            "team": self.team.id,
            "member": one.id,
        }
        try:
            return template.format_map(words)
        except (KeyError, ValueError, IndexError, AttributeError):
            known = ", ".join("{" + word + "}" for word in sorted(words))
            raise UsageError(
                f"the template {template!r} has a word that cannot be filled in",
                remedy=f"Known words: {known}.",
            ) from None

    def teammate(self, choice: str) -> Member:
        """The teammate whom the member's `choice` points at, e.g. the one whose mascot she `runs`."""
        wanted = self.member.choices[choice]
        offered = next(c.teammates for c in self.lab.choices if c.key == choice)
        return next(mate for mate in self.team.teammates(self.member) if mate.choices[offered] == wanted)


def assign(lab: Lab, roster: Roster, member_id: str = "") -> Assignment:
    """The assignment of the member of that id; else of the roster's `me`, else of its only member.

    Raises `UsageError` when that leaves open who is meant.
    """
    everyone = [member.id for _, member in roster.everyone]
    wanted = member_id or roster.me or (everyone[0] if len(everyone) == 1 else "")
    if wanted not in everyone:
        found = f"there is no member {wanted!r}" if wanted else "it is open whose work to look at"
        raise UsageError(
            f"{found}; the roster has: {', '.join(everyone) or 'nobody'}",
            remedy="Say who with `cloudlab check --as ID`, `pytest --cloudlab-as ID`, "
            'or `me = "ID"` in the roster.',
        )
    team, member = roster.find(wanted)
    return Assignment(lab_of(lab, member), roster, team, member)

"""Teams formed for the term: who has a place, in the sheet or in a roster, stays; the rest is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Lab, Member, Roster, Team
from pytest_cloudlab.people.choosing import most_members, needs_teammates, with_choices
from pytest_cloudlab.people.identity import ids
from pytest_cloudlab.people.keeping import recognise
from pytest_cloudlab.people.lots import drawn
from pytest_cloudlab.people.person import Person, read_people
from pytest_cloudlab.people.placing import Teams, place
from pytest_cloudlab.people.teams import member_of, teams_said


@dataclass(frozen=True)
class Wish:
    seed: int = 0
    size: int = 0
    """Members a team; 0 where the sheet says all teams, or as most of the teams are that are kept."""
    names: tuple[str, ...] = ()
    """Ids for new teams."""
    keep: Roster | None = None
    """Who is in it keeps id, team and choices, as far as the sheet does not say otherwise."""


@dataclass(frozen=True)
class Formed:
    teams: tuple[Team, ...]
    new: frozenset[str] = frozenset()
    """Ids of those who are not in the roster that was kept, if there was one."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """Id -> the team she was in there."""
    gone: tuple[tuple[Team, Member], ...] = ()
    """Who is in it, and not in the sheet."""


def form(file: Path, said: Mapping[str, str], lab: Lab, wish: Wish) -> Formed:
    """The same people and the same seed form the same teams, whatever the order of the lines.

    Raises `UsageError` where the sheet cannot be read, where somebody would be alone, and where a team is
    larger than what the lab offers.
    """
    people = read_people(file, said, lab)
    keep = wish.keep.teams if wish.keep else ()
    known = recognise(people, wish.keep) if wish.keep else {}
    before = {member.id: team.id for team in keep for member in team.members}
    short = {person: member.id for person, member in known.items()}
    short |= ids(people, [one for one in people.everyone if one not in known], before)
    members = {short[one]: _member(one, short[one], known.get(one)) for one in people.everyone}
    named = {short[one]: team for one, team in teams_said(people).items()}
    cells = {
        (short[one], key): people.columns.place(one.row, key)
        for one in people.everyone
        for key in one.choices
    }
    try:
        seats = _seats(members, named, keep, wish, lab)
        teams = tuple(
            with_choices(Team(team, tuple(members[one] for one in those)), lab, wish.seed, cells)
            for team, those in seats.items()
        )
    except UsageError as error:
        told = error.message if error.message.startswith(f"{file}: ") else f"{file}: {error.message}"
        raise UsageError(told, remedy=error.remedy) from None
    return Formed(
        teams,
        frozenset(members.keys() - before.keys()) if keep else frozenset(),
        {
            one.id: before[one.id]
            for team in teams
            for one in team.members
            if before.get(one.id, team.id) != team.id
        },
        tuple((team, one) for team in keep for one in team.members if one.id not in members),
    )


def _member(person: Person, member_id: str, old: Member | None) -> Member:
    """Her name and her address stay as they are in the roster, where an instructor may have mended them."""
    one = member_of(person, member_id)
    if old is None:
        return one
    return Member(
        old.id,
        old.name,
        {**old.choices, **one.choices},
        {**old.targets, **one.targets},
        old.email or one.email,
        {**old.own, **one.own},
    )


def _seats(
    members: Collection[str], named: Mapping[str, str], keep: Sequence[Team], wish: Wish, lab: Lab
) -> Teams:
    """Who is in which team: as the sheet names it, else as before, else drawn."""
    seats: Teams = {team.id: [] for team in keep}
    for team in keep:
        there = [one.id for one in team.members if one.id in members]
        seats[team.id] += [one for one in there if named.get(one, team.id) == team.id]
    seated = {one for those in seats.values() for one in those}
    for one in members:
        if one in named and one not in seated:
            seats.setdefault(named[one], []).append(one)
    seats = {team: those for team, those in seats.items() if those}
    seated = {one for those in seats.values() for one in those}
    waiting = [one for one in members if one not in seated]
    lonely = _lonely(seats, named, keep)
    if not waiting and not lonely:
        if wish.size and not keep:
            raise UsageError(
                "everybody is in a team already, so there is none to form",
                remedy="Leave out --size; or, if that column is about something else, say that none is about "
                "teams: --columns team=",
            )
        return seats
    size = _size(wish, keep, waiting, bool(named))
    most = most_members(lab) or len(members)
    _possible(size, most, lab)

    def with_(newcomers: Sequence[str], teams: Teams) -> Teams:
        order = drawn(wish.seed, newcomers, "teams")
        # What a team that is no more has left in the cloud is not another team's.
        taken = [team.id for team in keep]
        return place(order, teams, size=size, most=most, names=wish.names, taken=taken)

    seats = with_(waiting, seats)
    if lonely := _lonely(seats, named, keep):
        # All others of the team have left, and nobody has come.
        alone = [seats.pop(team)[0] for team in lonely]
        seats = with_(alone, seats)
    return seats


def _lonely(seats: Teams, named: Mapping[str, str], keep: Sequence[Team]) -> list[str]:
    """Teams of several that have become teams of one."""
    several = {team.id for team in keep if len(team.members) > 1}
    return [
        team for team, those in seats.items() if len(those) == 1 and team in several and those[0] not in named
    ]


def _size(wish: Wish, keep: Sequence[Team], waiting: Sequence[str], some_named: bool) -> int:
    if wish.size:
        return wish.size
    if not keep:
        shown = ", ".join(waiting[:5]) + (f" and {len(waiting) - 5} others" if len(waiting) > 5 else "")
        raise UsageError(
            f"found no team for {shown}" if some_named else "no column says who is in which team",
            remedy="Form teams: --size 3 --seed 2026; or say which column has them: --columns team=COLUMN",
        )
    sizes = Counter(len(team.members) for team in keep)
    return max(sizes, key=lambda size: (sizes[size], size))


def _possible(size: int, most: int, lab: Lab) -> None:
    if size > most and most_members(lab):
        offered = ", ".join(f"{len(one.one_of)} of {one.key}" for one in lab.choices if not one.teammates)
        raise UsageError(
            f"teams of {size} are too large for the lab {lab.id!r}, which offers {offered}",
            remedy=f"Choose a --size of up to {most}.",
        )
    if size == 1 and needs_teammates(lab):
        theirs = ", ".join(f"{one.teammates} ({one.key})" for one in lab.choices if one.teammates)
        raise UsageError(
            f"teams of one are too small for the lab {lab.id!r}: everybody chooses a teammate's {theirs}",
            remedy="Choose a --size of 2 or more.",
        )

"""What the members of a team choose: as they have said, else drawn by the seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Choice, Lab, Member, Team
from pytest_cloudlab.people.lots import drawn

Said = Mapping[tuple[str, str], str]
"""(a member's id, the key of a choice) -> the cell that says it. What no cell says may be drawn anew."""


def most_members(lab: Lab) -> int | None:
    """How many a team can have; None where the lab sets no limit."""
    return min((len(choice.one_of) for choice in _own_each(lab)), default=None)


def needs_teammates(lab: Lab) -> bool:
    return any(choice.teammates for choice in lab.choices)


def with_choices(team: Team, lab: Lab, seed: int, said: Said) -> Team:
    """`team` with a choice of everything for everybody: what is chosen stays, what is missing is drawn.

    A choice that teammates point at is another one for each; any other is, while the lab offers enough. What
    points at a teammate goes round in a ring, so that each has somebody else's and each one's is had once; in
    a team where some have chosen, whoever is left takes what fewest have.

    Raises `UsageError` for a team that is larger than what the lab offers, for one without a teammate, and
    for a cell that names what no teammate has.
    """
    members = team.members
    for choice in lab.choices:
        if choice in _own_each(lab) and len(members) > len(choice.one_of):
            raise UsageError(
                f"team {team.id!r} has {len(members)} members, and the lab {lab.id!r} offers "
                f"{len(choice.one_of)} of {choice.key}: {', '.join(choice.one_of)}",
                remedy=f"Split it: a team of this lab has up to {len(choice.one_of)} members.",
            )
        if choice.teammates and len(members) < 2:
            raise UsageError(
                f"team {team.id!r} has one member, {members[0].id!r}, and in the lab {lab.id!r} everybody "
                f"chooses a teammate's {choice.teammates} ({choice.key})",
                remedy="Put the member into another team.",
            )
    for choice in lab.choices:
        if not choice.teammates:
            if choice in _own_each(lab):
                members = _without_doubles(choice, members, said)
            members = _draw(choice, members, lambda member, value: True, seed, team.id)
    for choice in lab.choices:
        if choice.teammates:
            members = _point(choice, members, seed, team.id, said)
    return Team(team.id, members)


def _own_each(lab: Lab) -> list[Choice]:
    pointed_at = {choice.teammates for choice in lab.choices}
    return [choice for choice in lab.choices if choice.key in pointed_at]


def _without_doubles(choice: Choice, members: Sequence[Member], said: Said) -> tuple[Member, ...]:
    """Who comes into a team where another has the same chooses anew, unless a cell says it."""
    had = {one.choices[choice.key] for one in members if (one.id, choice.key) in said}
    found = []
    for member in members:
        value = member.choices.get(choice.key)
        if value in had and (member.id, choice.key) not in said:
            member = _without(member, choice.key)
        elif value:
            had.add(value)
        found.append(member)
    return tuple(found)


def _point(choice: Choice, members: Sequence[Member], seed: int, team: str, said: Said) -> tuple[Member, ...]:
    def offered(member: Member, value: str) -> bool:
        return any(one.choices[choice.teammates] == value for one in members if one.id != member.id)

    found = []
    for member in members:
        value = member.choices.get(choice.key)
        if value and not offered(member, value):
            if place := said.get((member.id, choice.key)):
                mates = ", ".join(one.choices[choice.teammates] for one in members if one.id != member.id)
                raise UsageError(
                    f"{place}: found {value!r}, expected the {choice.teammates} of a teammate "
                    f"in {team!r}: {mates}",
                    remedy="Name one of them, or leave it empty: then one is drawn.",
                )
            member = _without(member, choice.key)  # of one who has left
        found.append(member)
    theirs = [member.choices[choice.teammates] for member in members]
    ring = [*theirs[1:], theirs[0]]
    if not any(choice.key in member.choices for member in found) and set(ring) <= set(choice.one_of):
        return tuple(_with(member, choice.key, value) for member, value in zip(found, ring, strict=True))
    return _draw(choice, found, offered, seed, team)


def _draw(
    choice: Choice, members: Sequence[Member], may: Callable[[Member, str], bool], seed: int, team: str
) -> tuple[Member, ...]:
    """For each who has not chosen, what fewest have of what she may have."""
    had = Counter(member.choices[choice.key] for member in members if choice.key in member.choices)
    order = drawn(seed, choice.one_of, team, choice.key)
    found = []
    for member in members:
        if choice.key not in member.choices:
            values = [value for value in order if may(member, value)]
            if not values:
                raise UsageError(
                    f"team {team!r}: no teammate of {member.id!r} has a {choice.teammates} that {choice.key} "
                    f"may be: {', '.join(choice.one_of)}",
                    remedy="Mend the lab's lists of choices.",
                )
            value = min(values, key=lambda value: had[value])
            had[value] += 1
            member = _with(member, choice.key, value)
        found.append(member)
    return tuple(found)


def _with(member: Member, key: str, value: str) -> Member:
    return replace(member, choices={**member.choices, key: value})


def _without(member: Member, key: str) -> Member:
    return replace(member, choices={one: value for one, value in member.choices.items() if one != key})

"""Who of a sheet is who of a roster that was written before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Member, Roster
from pytest_cloudlab.people.person import People, Person
from pytest_cloudlab.people.spelling import slug

Pairs = Iterator[tuple[Person, Member]]


def recognise(people: People, roster: Roster) -> dict[Person, Member]:
    """Those of the sheet who are in the roster: by their address, else by what the LMS calls them, else by a
    name that no one else has. Of two who have different addresses, neither is the other.

    Raises `UsageError` where two lines of the sheet would be one member.
    """
    members = [member for _, member in roster.everyone]
    found: dict[Person, Member] = {}
    for pairs in (_by_email, _by_label, _by_name):
        surer = {member.id for member in found.values()}
        now: dict[str, Person] = {}
        for person, member in pairs(people.everyone, members):
            if person in found or member.id in surer:
                continue
            other = now.setdefault(member.id, person)
            if other is not person:
                raise UsageError(
                    f"{people.file}: lines {other.row.line} and {person.row.line}: found {other.name[:80]!r} "
                    f"and {person.name[:80]!r}, who may both be the member {member.id!r} of the kept roster",
                    remedy=f"Give {member.id!r} an email there, or take one line out.",
                )
            found[person] = member
    return found


def _by_email(everyone: Sequence[Person], members: Sequence[Member]) -> Pairs:
    known = {member.email.casefold(): member for member in members if member.email}
    for person in everyone:
        if person.email.casefold() in known:
            yield person, known[person.email.casefold()]


def _by_label(everyone: Sequence[Person], members: Sequence[Member]) -> Pairs:
    known = {member.id: member for member in members}
    for person in everyone:
        for label in (*person.labels.values(), person.email):
            member = known.get(slug(label.partition("@")[0]))
            if member and _may_be(person, member):
                yield person, member


def _by_name(everyone: Sequence[Person], members: Sequence[Member]) -> Pairs:
    known = {member.name.casefold(): member for member in members}
    there = Counter(member.name.casefold() for member in members)
    here = Counter(person.name.casefold() for person in everyone)
    for person in everyone:
        name = person.name.casefold()
        if there[name] == here[name] == 1 and _may_be(person, known[name]):
            yield person, known[name]


def _may_be(person: Person, member: Member) -> bool:
    return not (person.email and member.email) or person.email.casefold() == member.email.casefold()

"""Short names, made of what people and teams are called: each its own, and the same whoever else is there."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import SLUG
from pytest_cloudlab.people.person import People, Person
from pytest_cloudlab.people.spelling import slug

Key = TypeVar("Key", bound=Hashable)

LONGEST_ID = 24
LONGEST_TEAM = 20
"""Both fit into the names of the cloud, which end at 63."""
DIGITS = 3


def ids(people: People, among: Sequence[Person], taken: Collection[str] = ()) -> dict[Person, str]:
    """A short name for each: her own `id`, else made of her login, her address, her name or her number.

    Where several would be called the same, or as one in `taken`, each of them has digits at the end that are
    made of her own data, so that no one else's coming or going changes them. Raises `UsageError` for two whom
    nothing tells apart.
    """
    alike: dict[tuple[str, ...], Person] = {}
    for person in among:
        other = alike.setdefault(_own_data(person), person)
        if other is not person:
            raise UsageError(
                f"{people.file}: lines {other.row.line} and {person.row.line}: found {person.name[:80]!r} "
                "twice, and nothing that tells the two apart",
                remedy="Add a column that does, such as an e-mail address or a login, or take one out.",
            )
    data = {person: "\0".join(_own_data(person)) for person in among}
    return _distinct({person: _short(person) for person in among}, data, taken, LONGEST_ID)


def team_ids(names: Collection[str], taken: Collection[str] = ()) -> dict[str, str]:
    """A short name for each name of a team, by the same rule."""
    asked = {name: slug(name, LONGEST_TEAM) or "team-" + _digits(name, DIGITS) for name in names}
    return _distinct(asked, {name: name for name in names}, taken, LONGEST_TEAM)


def _own_data(person: Person) -> tuple[str, ...]:
    return (*(value.casefold() for value in (*person.labels.values(), person.email) if value), person.name)


def _short(person: Person) -> str:
    if SLUG.fullmatch(person.labels.get("id", "")):
        return person.labels["id"]
    called = (
        person.labels.get("id", ""),
        person.labels.get("username", ""),
        person.email,
        person.name,
        person.labels.get("number", ""),
    )
    some = ""
    for label in filter(None, called):
        short = slug(label.partition("@")[0], LONGEST_ID)
        # Names in the cloud begin with a letter, and what is made of a member's may begin with it.
        if short[:1].isalpha():
            return short
        some = some or short
    return some or "member-" + _digits(person.name, DIGITS)


def _distinct(
    asked: Mapping[Key, str], data: Mapping[Key, str], taken: Collection[str], longest: int
) -> dict[Key, str]:
    alike: dict[str, list[Key]] = defaultdict(list)
    for key, short in asked.items():
        alike[short].append(key)
    alone = {short: keys[0] for short, keys in alike.items() if len(keys) == 1 and short not in taken}
    found = {key: short for short, key in alone.items()}
    used = {*taken, *alone}
    for short, keys in alike.items():
        if short in alone:
            continue
        digits = DIGITS
        while True:
            stem = short[: longest - digits - 1].rstrip("-")
            numbered = {key: f"{stem}-{_digits(data[key], digits)}" for key in keys}
            if len(set(numbered.values())) == len(keys) and not used & set(numbered.values()):
                break
            digits += 1
        found |= numbered
        used |= set(numbered.values())
    return found


def _digits(text: str, count: int) -> str:
    return str(int(hashlib.sha256(text.encode()).hexdigest(), 16))[-count:]

"""Who of the roster is who in a gradebook: by the surest sign first, and nobody where it is not sure."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pytest_cloudlab.model import Member
from pytest_cloudlab.reports.gradebook.book import LeftOut

Row = tuple[str, ...]


@dataclass(frozen=True)
class Sign:
    """Something both sides know of a person."""

    name: str
    of_member: Callable[[Member], str]
    of_row: Callable[[Row], str]


def match(
    members: Sequence[Member], rows: Sequence[Row], signs: Sequence[Sign]
) -> tuple[dict[str, Row], list[LeftOut]]:
    """Member id -> their row; and who has none, or more than one.

    A row that is somebody's by a surer sign is nobody else's by a weaker one: people choose their own names.
    """
    found: dict[str, int] = {}
    taken: set[int] = set()
    left_out: dict[str, LeftOut] = {}
    for sign in signs:
        free: dict[str, list[int]] = defaultdict(list)
        for at, row in enumerate(rows):
            if at not in taken:
                free[comparable(sign.of_row(row))].append(at)
        free.pop("", None)
        claims: dict[int, list[Member]] = defaultdict(list)
        for member in members:
            if member.id in found or member.id in left_out:
                continue
            theirs = free.get(comparable(sign.of_member(member)), [])
            if len(theirs) > 1:
                left_out[member.id] = LeftOut(member, f"{len(theirs)} rows have this {sign.name}")
            elif theirs:
                claims[theirs[0]].append(member)
        for at, claiming in claims.items():
            if len(claiming) == 1:
                found[claiming[0].id] = at
                taken.add(at)
                continue
            for member in claiming:
                left_out[member.id] = LeftOut(member, f"{len(claiming)} members have this {sign.name}")
    tried = ", ".join(dict.fromkeys(sign.name for sign in signs))
    for member in members:
        if member.id not in found and member.id not in left_out:
            left_out[member.id] = LeftOut(member, f"no row is theirs by {tried}")
    return {who: rows[at] for who, at in found.items()}, list(left_out.values())


def same_address(members: Sequence[Member]) -> list[LeftOut]:
    """Those whose email is another's too: a gradebook would give both grades to one person."""
    having: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        having[comparable(member.email)].append(member)
    having.pop("", None)
    return [
        LeftOut(member, "the roster gives this email to somebody else too")
        for sharing in having.values()
        if len(sharing) > 1
        for member in sharing
    ]


def comparable(text: str) -> str:
    """
    >>> comparable(" Zoe\\u0308  O'Neil ") == comparable("Zoë o'neil")
    True
    """
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()

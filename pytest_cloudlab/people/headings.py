"""What the columns of Canvas, Moodle and plain lists are called, and what they say."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_cloudlab.people.spelling import words

# Field -> its headings, best first, as `plain` has them. Canvas's are those of its gradebook and its group
# sets; Moodle's, of participants and grades, in English, French and German.
HEADINGS: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "username": (
        "sis login id", "login id", "username", "user name", "login", "nom d utilisateur", "anmeldename",
    ),
    "email": (
        "email address", "email", "e mail", "e mail address", "mail", "adresse de courriel", "courriel",
        "e mail adresse",
    ),
    "number": (
        "sis user id", "id number", "user id", "student id", "numero d identification", "id nummer",
        "canvas user id",
    ),
    "name": ("name", "full name", "student", "student name", "nom complet", "nom"),
    "first_name": ("first name", "firstname", "given name", "prenom", "vorname"),
    "last_name": ("last name", "lastname", "surname", "family name", "nom de famille", "nachname"),
    "team": (
        "team", "team name", "equipe", "group name", "group", "groupe", "gruppe", "groups", "groupes",
        "gruppen",
    ),
    "codespace": ("codespace",),
    "laptop": ("laptop",),
}  # fmt: skip
SEVERAL_GROUPS = ("groups", "groupes", "gruppen")
"""Moodle's: all the groups of a person, with commas between."""
CANVAS = ("sis login id", "canvas user id")
"""A column that only Canvas has."""

_KNOWN = frozenset(heading for headings in HEADINGS.values() for heading in headings)


def plain(heading: str) -> str:
    """
    >>> plain("E-Mail-Adresse"), plain("group_name")
    ('e mail adresse', 'group name')
    """
    return " ".join(words(heading))


def recognised(header: Iterable[str]) -> int:
    return sum(plain(heading) in _KNOWN for heading in header)

"""How people, their addresses and their short names are spelt."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 300
LONGEST_EMAIL = 254
"""RFC 3696, erratum 1690."""
EMAIL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+'-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
"""What people and accounts have, not all that RFC 5322 allows: no quotes, comments or lists."""

_LATIN = re.compile(r"LATIN SMALL (?:LETTER|LIGATURE) (?:DOTLESS )?([A-Z]{1,2})(?: WITH .*)?$")
"""Letters that do not come apart into one of ASCII and an accent, such as ø and æ, by their name."""


def is_name(text: str) -> bool:
    return bool(text.strip()) and len(text) <= LONGEST_NAME and text.isprintable()


def is_email(text: str) -> bool:
    return len(text) <= LONGEST_EMAIL and bool(EMAIL.fullmatch(text))


def slug(text: str, longest: int = 40) -> str:
    """
    >>> slug("Les Fusées!"), slug("陈美")
    ('les-fusees', '')
    """
    return "-".join(words(text))[:longest].strip("-")


def words(text: str) -> list[str]:
    """The words of `text` that ASCII can say, without accents and in lower case.

    >>> words("Numéro d’identification"), words("Søren Straßer"), words("group_name")
    (['numero', 'd', 'identification'], ['soren', 'strasser'], ['group', 'name'])
    """
    text = text.casefold()
    if not text.isascii():
        text = "".join(map(_ascii, unicodedata.normalize("NFKD", text)))
    return re.findall(r"[a-z0-9]+", text)


def _ascii(letter: str) -> str:
    """What it is without its accent, nothing for a letter of another script, and a space for what is none."""
    if letter.isascii():
        return letter
    if found := _LATIN.match(unicodedata.name(letter, "")):
        return found[1].lower()
    return "" if letter.isalnum() or unicodedata.combining(letter) else " "

"""Slips in SQL that sqlglot takes for something else, or reads over."""

from __future__ import annotations

import difflib
import re

from pytest_cloudlab.material.languages.flaw import Flaw

_MASKED = re.compile(r"'(?:[^']|'')*'|\"[^\"\n]*\"|`[^`\n]*`|--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/")
_FIRST = re.compile(r"(?:\A|;)\s*([A-Za-z]{4,20})\b")
_TWO = re.compile(r"(?:\A|;)\s*(CREATE|INSERT|DELETE|DROP)\s+([A-Za-z]{3,20})\b", re.IGNORECASE)
_TRAILING = re.compile(r",\s*(FROM\b|\)\s*(?:;|\Z))", re.IGNORECASE)
_VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER")
_KINDS = """
    TABLE VIEW INDEX DATABASE SCHEMA UNIQUE TEMP TEMPORARY USER ROLE TYPE MATERIALIZED EXTERNAL SEQUENCE
    POLICY EXTENSION FUNCTION PROCEDURE TRIGGER MODEL TABLESPACE DOMAIN SERVER STAGE WAREHOUSE STREAM FULLTEXT
"""
_OBJECTS = ("TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA")
_SECOND = {
    "CREATE": (frozenset(_KINDS.split()), _OBJECTS),
    "DROP": (frozenset(_KINDS.split()), _OBJECTS),
    "INSERT": (frozenset({"INTO", "OVERWRITE", "IGNORE", "ALL", "FIRST"}), ("INTO",)),
    "DELETE": (frozenset({"FROM"}), ("FROM",)),
}
"""For each verb: what may follow, and what is meant by what is nearly like it."""


def slip_of(code: str, *, tolerant: bool = False) -> Flaw | None:
    """A misspelt keyword that begins a statement; unless `tolerant`, a comma at the end of a list."""
    masked = _MASKED.sub(_blank, code)
    for match in _FIRST.finditer(masked):
        word = match[1].upper()
        guess = difflib.get_close_matches(word, _VERBS, 1, 0.8)
        if guess and word not in _VERBS and abs(len(word) - len(guess[0])) < 2:
            return _at(code, match.start(1), len(word), f"no statement begins with `{match[1]}`", guess[0])
    for match in _TWO.finditer(masked):
        word = match[2].upper()
        known, meant = _SECOND[match[1].upper()]
        guess = difflib.get_close_matches(word, meant, 1, 0.75)
        if guess and word not in known:
            what = f"`{match[1].upper()}` is followed by `{match[2]}`"
            return _at(code, match.start(2), len(word), what, guess[0])
    trailing = None if tolerant else _TRAILING.search(masked)
    if trailing:
        before = "FROM" if trailing[1].upper() == "FROM" else ")"
        number, column = _place(code, trailing.start())
        return Flaw(
            number, column, 1, f"a comma stands before `{before}`, with nothing after it", "Take it out."
        )
    return None


def _at(code: str, index: int, length: int, what: str, meant: str) -> Flaw:
    return Flaw(*_place(code, index), length, what, f"Write `{meant}`.")


def _place(code: str, index: int) -> tuple[int, int]:
    return code.count("\n", 0, index) + 1, index - code.rfind("\n", 0, index)


def _blank(match: re.Match[str]) -> str:
    """Comments become blanks, and quoted text a word, of the same length."""
    text = match.group()
    other = " " if text[0] in "-/" else "x"
    return "".join(each if each == "\n" else other for each in text)

"""SQL as pages show it. Without sqlglot, the extra `sql`, nothing is said of it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from pytest_cloudlab.material.languages.flaw import Flaw
from pytest_cloudlab.material.languages.sql_slip import slip_of

MAX_CHARACTERS = 10_000
MAX_DEPTH = 40
DIALECTS = {
    "sql": (
        "", "postgres", "mysql", "sqlite", "bigquery", "tsql", "duckdb", "snowflake", "spark", "oracle",
        "clickhouse",
    ),
    "sqlite": ("sqlite", ""),
    "postgres": ("postgres", ""),
    "mysql": ("mysql", ""),
    "bigquery": ("bigquery", ""),
    "tsql": ("tsql", ""),
}  # fmt: skip
"""What has to refuse a block of each language: where it names no dialect, all there are."""

_VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "WITH", "TRUNCATE")
_COMMENT = r"(?:\s|--[^\n]*(?:\n|$)|/\*(?:[^*]|\*(?!/))*\*/)*"
_FIRST = re.compile(rf"{_COMMENT}([A-Za-z]+)")
_JUDGED = re.compile(
    rf"{_COMMENT}(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|WITH|DROP\s+TABLE|ALTER\s+TABLE"
    r"|CREATE\s+(?:TEMP(?:ORARY)?\s+)?(?:TABLE|VIEW|INDEX|UNIQUE\s+INDEX))\b",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r"^\s*(?:[\\.!/@]\w|\w{0,40}(?:>|=[#>]|-[#>])\s|\+-{2,}|\||-{3,}[+\s]|\(\d+ rows?\)|GO\s*$)", re.MULTILINE
)
_PROCEDURAL = re.compile(
    r"\$\$|\b(?:FUNCTION|PROCEDURE|TRIGGER|PACKAGE|DELIMITER|DECLARE|LOOP|CURSOR|EXEC(?:UTE)?|PARTITIONED|ENGINE"
    r"|MATCH_RECOGNIZE|SQL SECURITY)\b",
    re.IGNORECASE,
)
_PARAMETERS = re.compile(r"%\(\w{1,40}\)s|%s|\?|(?<![:\w]):\w{1,40}|\$\d{1,3}|@\w{1,40}")
_APART = re.compile(rf"(?:\n[ \t]*(?=\n)|\n(?=--)|\n(?=(?:{'|'.join(_VERBS)})\b))", re.IGNORECASE)
_MISSING = re.compile(r"Missing (\S+) from (\d+):(\d+)")


def available() -> bool:
    return find_spec("sqlglot") is not None


def flaw_of(code: str, language: str, *, tolerant: bool = False) -> Flaw | None:
    """None unless every dialect that it may be in refuses it, as one script and statement by statement.

    `tolerant`: the page is about a database that takes a comma at the end of a list.
    """
    if not available() or len(code) > MAX_CHARACTERS or _depth(code) > MAX_DEPTH:
        return None
    if not _FIRST.match(code) or _SESSION.search(code) or _PROCEDURAL.search(code):
        return None
    if slip := slip_of(code, tolerant=tolerant):
        return slip
    if not _JUDGED.match(code):
        return None
    refused = _refusal(code, DIALECTS[language])
    if refused is None:
        return None
    plain = _PARAMETERS.sub(lambda match: "x" * len(match.group()), code)
    apart = _refusal(_APART.sub("\n;", plain), DIALECTS[language])
    return None if apart is None else _flaw(refused, code)


def _refusal(code: str, dialects: tuple[str, ...]) -> Exception | None:
    """That of the first dialect; None where one takes it."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    first: Exception | None = None
    with _quiet():
        for dialect in dialects:
            try:
                sqlglot.parse(code, read=dialect or None)
            except SqlglotError as error:
                first = first or error
            except Exception:  # what it cannot cope with is no flaw of the page's
                return None
            else:
                return None
    return first


@contextmanager
def _quiet() -> Iterator[None]:
    """It logs what it does not know."""
    logger = logging.getLogger("sqlglot")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _depth(code: str) -> int:
    deepest = depth = 0
    for each in code:
        depth += (each == "(") - (each == ")")
        deepest = max(deepest, depth)
    return deepest


def _flaw(error: Exception, code: str) -> Flaw:
    lines = code.split("\n")
    last = max((number for number, line in enumerate(lines, 1) if line.strip()), default=1)
    details: list[dict[str, Any]] = getattr(error, "errors", None) or []
    if not details or not details[0].get("line"):
        if match := _MISSING.search(str(error)):
            number = min(int(match[2]), last)
            return Flaw(number, 1, 0, f"a `{match[1]}` is opened and never closed")
        number, column = _open_quote(code)
        return Flaw(
            number, column, 1, "this quote is never closed", "Double a quote that is part of the text."
        )
    detail = details[0]
    number = min(int(detail["line"]), last)
    word = str(detail.get("highlight") or "")
    column = min(max(int(detail["col"]) - len(word) + 1, 1), len(lines[number - 1]) + 1)
    said = str(detail.get("description") or "")
    if said == "Expecting )":
        return Flaw(number, column, len(word), f"a `)` or a comma is missing near `{word}`")
    if said.startswith("Expected table name"):
        return Flaw(number, column, len(word), f"the name of a table is expected behind `{word}`")
    if said.startswith("Required keyword"):
        return Flaw(number, column, len(word), f"something is missing at `{word}`")
    return Flaw(number, column, len(word), f"`{word}` is not expected here" if word else "it ends too early")


def _open_quote(code: str) -> tuple[int, int]:
    quote, at = "", 0
    for index, each in enumerate(code):
        if quote:
            quote = "" if each == quote else quote
        elif each in "'\"`":
            quote, at = each, index
    return code.count("\n", 0, at) + 1, at - code.rfind("\n", 0, at)

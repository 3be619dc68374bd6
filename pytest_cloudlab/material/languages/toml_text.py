"""TOML as pages show it."""

from __future__ import annotations

import re
import tomllib

from pytest_cloudlab.material.languages.complete import elides
from pytest_cloudlab.material.languages.flaw import Flaw

_ALONE = re.compile(r"[ \t]*(?:\.{3,6}|…|\[\.{3}\]|\[…\]|\(\.{3}\))[ \t]*$")
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_SAID = {
    "Invalid value": ("this is no value of TOML", "Put text in quotes."),
    "Invalid statement": ("this is neither `key = value` nor a `[table]`", ""),
    "Cannot overwrite a value": ("this key has a value already", "Keep one of the two."),
    "Expected '=' after a key in a key/value pair": (
        "a `=` is expected after the key",
        "Write `key = value`.",
    ),
    "Expected newline or end of document after a statement": (
        "the line goes on after the value",
        "Put text in quotes, and every key on a line of its own.",
    ),
}


def flaw_of(code: str) -> Flaw | None:
    """None for what parses; what pages leave out (`...`) is left out."""
    lines = code.split("\n")
    text = "\n".join("#" if _ALONE.match(line) else line for line in lines)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _flaw(str(error), lines)
    except (RecursionError, ValueError):
        return None
    return None


def _flaw(said: str, lines: list[str]) -> Flaw | None:
    last = max((number for number, line in enumerate(lines, 1) if line.strip()), default=1)
    number, column = last, 1
    if match := _PLACE.search(said):
        if match[1]:
            number = min(int(match[1]), last)
            column = min(int(match[2]), len(lines[number - 1]) + 1)
        said = said[: match.start()]
    if said.startswith(("Unterminated string", 'Expected "\'"', "Illegal character '\\n'")):
        number, column = _open_quote(lines) or (number, column)
        return Flaw(number, column, 1, "the string that begins here is not closed", "Close it on its line.")
    again = "twice" in said or said.startswith("Cannot overwrite")
    above = next((lines[index].strip() for index in range(number - 2, -1, -1) if lines[index].strip()), "")
    if again:
        if above.startswith("#") or elides(above):
            return None
        column = 1
        if "twice" in said:
            return Flaw(number, 1, 0, "this table is there twice", "Put what they hold together.")
    message, remedy = _SAID.get(said, (re.sub(r"'([^' ]+)'", r"`\1`", said[:1].lower() + said[1:]), ""))
    return Flaw(number, column, 0, message, remedy)


def _open_quote(lines: list[str]) -> tuple[int, int] | None:
    """Where the first string begins that is not ended on its line; a long one may go on."""
    long = ""
    started = (1, 1)
    for number, line in enumerate(lines, 1):
        index, quote = 0, ""
        while index < len(line):
            mark = line[index : index + 3]
            if long:
                index, long = (index + 2, "") if mark == long else (index, long)
            elif quote:
                index += line[index] == "\\" and quote == '"'
                quote = "" if line[index : index + 1] == quote else quote
            elif mark in ('"""', "'''"):
                long, started, index = mark, (number, index + 1), index + 2
            elif line[index] in "\"'":
                quote, started = line[index], (number, index + 1)
            elif line[index] == "#":
                break
            index += 1
        if quote:
            return started
    return started if long else None

"""JSON as pages show it: documents, several of them, parts of one."""

from __future__ import annotations

import json
import re

from pytest_cloudlab.material.languages.flaw import Flaw

_STARTS = re.compile(r"\s*([{\[\"/])")
_HEAD = re.compile(r"\s*(?://[^\n]*(?:\n\s*|$)){1,20}")
_PAIR = re.compile(r'\s*"(?:[^"\\\n]|\\.){0,200}"\s*:')
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]{2,60}\b")
"""A placeholder: JSON has no word like it."""
_SAID = {
    "Expecting ',' delimiter": (
        "a comma is expected here, or the end of what is open",
        "Put a comma before this.",
    ),
    "Expecting ':' delimiter": ("a colon is expected here", "Put a colon between name and value."),
    "Expecting property name enclosed in double quotes": ("a name in double quotes is expected here", ""),
    "Expecting value": ("a value is expected here", ""),
    "Invalid control character at": (
        "a string goes on over the end of its line",
        "Write `\\n` for a new line.",
    ),
}


def without_comments(code: str) -> tuple[str, bool]:
    """The same columns with blanks where comments are, and whether there are any."""
    kept: list[str] = []
    index, found = 0, False
    while index < len(code):
        each = code[index]
        if each == '"':
            end = _end_of_string(code, index)
        elif code.startswith("//", index):
            end = code.find("\n", index)
            end = len(code) if end < 0 else end
            found, each = True, " "
        elif code.startswith("/*", index):
            end = code.find("*/", index + 2)
            end = len(code) if end < 0 else end + 2
            found, each = True, " "
        else:
            end = index + 1
        piece = code[index:end]
        kept.append(piece if each != " " else re.sub(r"[^\n]", " ", piece))
        index = end
    return "".join(kept), found


def without_head(code: str) -> str:
    """Without the comment above the document, which names the file on many pages."""
    head = _HEAD.match(code)
    return re.sub(r"[^\n]", " ", code[: head.end()]) + code[head.end() :] if head else code


def without_trailing_commas(code: str) -> str:
    """`code` has no comments."""
    kept = list(code)
    index, comma = 0, -1
    while index < len(code):
        each = code[index]
        end = _end_of_string(code, index) if each == '"' else index + 1
        if each in "}]" and comma >= 0:
            kept[comma] = " "
        if not each.isspace():
            comma = index if each == "," else -1
        index = end
    return "".join(kept)


def outside_strings(code: str) -> str:
    """What stands between strings."""
    kept: list[str] = []
    index = 0
    while index < len(code):
        end = _end_of_string(code, index) if code[index] == '"' else index + 1
        kept.append('""' if code[index] == '"' else code[index])
        index = end
    return "".join(kept)


def flaw_of(code: str) -> Flaw | None:
    """None for one document or several, and for `"name": value` without its braces. Comments are none."""
    if not _STARTS.match(code):
        return None
    error = _error(code)
    if error is None:
        return None
    if _error(f"[{code.rstrip().rstrip(',')}]") is None:
        return None
    if _PAIR.match(code):
        error = _error(f"{{{code.rstrip().rstrip(',')}}}")
        if error is None:
            return None
        return _flaw(error, code, error.colno - (error.lineno == 1))
    return _flaw(error, code, error.colno)


def _error(code: str) -> json.JSONDecodeError | None:
    decoder = json.JSONDecoder()
    at = 0
    try:
        while True:
            while at < len(code) and code[at].isspace():
                at += 1
            if at >= len(code):
                return None
            _, at = decoder.raw_decode(code, at)
            rest = code[at : at + 200].lstrip()
            if rest and rest[0] not in "{[":
                return json.JSONDecodeError("Extra data", code, at + len(code[at:]) - len(code[at:].lstrip()))
    except json.JSONDecodeError as error:
        return error
    except (RecursionError, ValueError):
        return None


def _flaw(error: json.JSONDecodeError, code: str, column: int) -> Flaw | None:
    lines = code.split("\n")
    number = min(error.lineno, len(lines))
    line = lines[number - 1]
    at = max(column, 1)
    here = line[at - 1 : at]
    before = code[: error.pos].rstrip()[-1:] if error.pos <= len(code) else ""
    if _CAPITALS.match(line, at - 1):
        return None
    if here == "'":
        return Flaw(number, at, 1, "JSON takes double quotes only", "Write double quotes.")
    if here in ("}", "]") and before == ",":
        return Flaw(
            number, at, 1, f"a comma stands before this `{here}`, with nothing after it", "Take it out."
        )
    if error.pos >= len(code.rstrip()):
        last = max((index for index, each in enumerate(lines, 1) if each.strip()), default=1)
        return Flaw(last, len(lines[last - 1].rstrip()) + 1, 0, "it ends before all that is open is closed")
    if line.startswith(("True", "False", "None"), at - 1):
        return Flaw(number, at, 0, "JSON writes `true`, `false` and `null`", "Write it in lower case.")
    if error.msg == "Extra data":
        return Flaw(number, at, 0, "this stands behind the end of the document")
    message, remedy = _SAID.get(error.msg, (error.msg[:1].lower() + error.msg[1:], ""))
    return Flaw(number, at, 0, message, remedy)


def _end_of_string(code: str, index: int) -> int:
    at = index + 1
    while at < len(code):
        if code[at] == "\\":
            at += 1
        elif code[at] in '"\n':
            return at + 1
        at += 1
    return len(code)

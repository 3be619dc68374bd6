"""Dockerfiles as pages show them, read by BuildKit's own parser."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from pytest_cloudlab.material.languages.flaw import Flaw

_NAMES = """
    ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER
    VOLUME WORKDIR
"""
INSTRUCTIONS = frozenset(_NAMES.split())
_ELIDED = re.compile(r"[ \t]*(?:\.{3,6}|…|\[\.{3}\]|\[…\]|\(\.{3}\))[ \t]*(?:\w.*)?$")
_LIST = re.compile(r"""\[\s*["'“”]|\[[^\]"']*,[^\]]*\]\s*$""")
_SWALLOWED = re.compile(
    r"(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|LABEL|RUN|USER|VOLUME|WORKDIR)[ \t]+\S"
)
_ANNOTATION = re.compile(r"#[ \t]*\(\d{1,3}\)!?[ \t]*$")
_WHOLE = frozenset({"FROM", "COPY", "ADD", "EXPOSE", "WORKDIR", "USER"})
"""What stands behind these is all arguments."""
_SAID = {
    "ENV must have two arguments": ("`ENV` needs a name and a value", "Write `ENV NAME=value`."),
    "ENV names can not be blank": ("`ENV` needs a name before the `=`", "Write `ENV NAME=value`."),
    "LABEL must have two arguments": ("`LABEL` needs a name and a value", "Write `LABEL name=value`."),
    "unterminated heredoc": (
        "the here-document that begins here never ends",
        "Close it with its end mark alone on a line.",
    ),
}


def flaw_of(code: str) -> Flaw | None:
    """The first flaw; None where there is none, or no parser to ask."""
    try:
        import dockerfile  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    lines = code.split("\n")
    # Same number of lines, so that places stay: a comment where the page leaves something out.
    kept = ["#" if _ELIDED.match(line) else line for line in lines]
    try:
        instructions = dockerfile.parse_string("\n".join(kept))
    except dockerfile.GoParseError as error:
        return _unparsed(str(error), kept, dockerfile)
    except Exception:  # the extension's own, for what is no text
        return None
    if not any(each.cmd.upper() in INSTRUCTIONS for each in instructions):
        return None
    return next(_flaws(instructions, lines), None)


def _unparsed(said: str, lines: list[str], dockerfile: Any) -> Flaw | None:
    """The parser does not tell the line: each instruction is asked for by itself."""
    if "no instructions" in said:
        return None
    for number, text in _logical(lines):
        try:
            dockerfile.parse_string(text)
        except dockerfile.GoParseError as error:
            if "no instructions" in str(error):
                continue
            line = lines[number - 1]
            message, remedy = _SAID.get(str(error), (f"the parser says: {error}", ""))
            return Flaw(number, len(line) - len(line.lstrip()) + 1, 0, message, remedy)
        except Exception:
            return None
    return None


def _logical(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines that a backslash joins, together; a here-document with the rest of the text."""
    index = 0
    while index < len(lines):
        start = index
        while index + 1 < len(lines) and lines[index].rstrip().endswith("\\"):
            index += 1
        text = "\n".join(lines[start : index + 1])
        if "<<" in text:
            yield start + 1, "\n".join(lines[start:])
            return
        yield start + 1, text
        index += 1


def _flaws(instructions: Any, lines: list[str]) -> Iterator[Flaw]:
    for each in instructions:
        name = each.cmd.upper()
        line = lines[each.start_line - 1]
        column = len(line) - len(line.lstrip()) + 1
        values = each.value
        if _ANNOTATION.search(line):
            continue
        if name not in INSTRUCTIONS:
            if each.cmd[:1].isalpha() and not each.cmd.endswith(":"):
                yield _unknown(each.cmd, each.start_line, column, line, lines)
        elif name in _WHOLE and any(value.startswith("#") for value in values):
            at = line.find("#") + 1 or column
            yield Flaw(
                each.start_line, at, 0, f"`{name}` takes the comment behind it for arguments",
                "Put the comment on a line of its own.",
            )  # fmt: skip
        elif name in ("COPY", "ADD") and len(values) == 1:
            yield Flaw(
                each.start_line, column, 0, f"`{name}` has no destination, only `{values[0]}`",
                f"Name where it goes, e.g. `{name} {values[0]} .`.",
            )  # fmt: skip
        elif name == "FROM" and values and not (len(values) == 1 or _named(values)):
            yield Flaw(
                each.start_line, column, 0, "`FROM` takes one image, and `AS` with a name at most",
                "Write `FROM image:tag`.",
            )  # fmt: skip
        elif name in ("CMD", "ENTRYPOINT", "SHELL") and not each.json and values and _LIST.match(values[0]):
            yield Flaw(
                each.start_line, column, 0,
                f"the list of `{name}` is no JSON, so that Docker would hand it to a shell, brackets and all",
                "Put every item in double quotes, and a comma between two.",
            )  # fmt: skip
        if name in ("RUN", "ENV", "LABEL", "COPY", "ADD") and "<<" not in each.original:
            yield from _swallowed(name, each.start_line, each.end_line, lines)


def _swallowed(name: str, start: int, end: int, lines: list[str]) -> Iterator[Flaw]:
    """Instructions that a backslash above makes part of this one."""
    for number in range(start + 1, end + 1):
        line = lines[number - 1]
        if _SWALLOWED.match(line):
            word = line.split(None, 1)[0]
            above = next(each for each in range(number - 1, start - 1, -1) if lines[each - 1].strip())
            yield Flaw(
                above, len(lines[above - 1].rstrip()), 1,
                f"this backslash makes `{word}` below a part of `{name}`",
                "Take the backslash away.",
            )  # fmt: skip


def _named(values: tuple[str, ...]) -> bool:
    return len(values) == 3 and values[1].lower() == "as"


def _unknown(word: str, number: int, column: int, line: str, lines: list[str]) -> Flaw:
    above = lines[number - 2].strip() if number > 1 else ""
    guess = difflib.get_close_matches(word.upper(), sorted(INSTRUCTIONS), 1, 0.7)
    message = f"`{word}` is no instruction of a Dockerfile"
    if guess:
        return Flaw(number, column, len(word), message, f"Write `{guess[0]}`.")
    if line[:1] in (" ", "\t") and above and not above.startswith("#"):
        return Flaw(
            number, column, len(word), message, "End the line above with a backslash if it goes on here."
        )
    return Flaw(number, column, len(word), message, "")

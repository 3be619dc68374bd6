"""Python as pages show it: snippets, cells of notebooks, bodies without heads."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterator

from pytest_cloudlab.material.languages.flaw import Flaw
from pytest_cloudlab.material.languages.placeholder import fill

_MAGIC = re.compile(
    r"(?P<indent>[ \t]*)(?:(?P<name>\w{1,40}[ \t]*=[ \t]*)?[!%][\w.%/~{$]|[?]{1,2}\w"
    r"|[\w.]{1,80}[?]{1,2}[ \t]*$"
    r"|(?:pip3?|conda|mamba|uv|poetry) (?:install|add|pip)\b|\$ )"
)
_CELL = re.compile(r"[ \t]*%%(?!time\b|timeit\b|capture\b|prun\b|writefile\b.*\.py\b|file\b.*\.py\b)\w")
_ALONE = re.compile(r"[ \t]*(?:…|\[(?:\.{3}|…)\]|\((?:\.{3}|…)\))[ \t]*$")
_ELISION = re.compile(r"…|(?<![\w.])\.{3}(?![\w.])")
_ON_LINE = re.compile(r" (?:on|\(detected at) line (\d+)\)?")
_TOKEN = re.compile(r"[ \t]*(\w{1,60}|\S)")
_NESTED = re.compile(
    r"""[fF][rR]?(?:"[^"\n]{0,500}\{[^}"\n]{0,200}"[^"\n]{0,200}"[^"}\n]{0,200}\}"""
    r"""|'[^'\n]{0,500}\{[^}'\n]{0,200}'[^'\n]{0,200}'[^'}\n]{0,200}\})"""
)
"""Quotes of the string's own kind in its braces, which Python takes from 3.12 on."""
_GENERIC = re.compile(r"[ \t]*(?:type[ \t]+\w+.{0,200}=|(?:async[ \t]+)?(?:def|class)[ \t]+\w+\[)")

_MESSAGES = {
    "invalid syntax. Perhaps you forgot a comma?": (
        "a comma seems to be missing between this and what follows",
        "Put a comma between the two.",
    ),
    "expected ':'": ("a colon is expected here", "End the line with a colon."),
    "unexpected indent": (
        "this line is indented deeper than the one before it, which opens no block",
        "Indent it like the line before.",
    ),
    "unindent does not match any outer indentation level": (
        "this line is indented less than the one before it, and like none above",
        "Indent it like the line that it belongs with.",
    ),
    "inconsistent use of tabs and spaces in indentation": (
        "its indentation mixes tabs and spaces",
        "Indent with spaces only.",
    ),
    "Missing parentheses in call to 'print'. Did you mean print(...)?": (
        "`print` needs parentheses in Python 3",
        "Write `print(…)`.",
    ),
}


def flaw_of(code: str) -> Flaw | None:
    """None for what parses, as it is or once placeholders are filled, magic is taken out and so on."""
    error = _error(code)
    if error is None:
        return None
    lines = code.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if _CELL.match(first):
        return None
    prepared = fill("\n".join(_plain(line) for line in lines), "python").code
    wrapped = first[:1] in (" ", "\t")
    if wrapped:
        prepared = f"if True:\n{prepared}"
    for variant in _variants(prepared):
        found = _error(variant)
        if found is None:
            return None
        error = found if variant is prepared else error
    return _flaw(error, lines, shifted=int(wrapped))


def _plain(line: str) -> str:
    """Magic and elisions that stand alone become statements."""
    if _ALONE.match(line):
        return f"{line[: len(line) - len(line.lstrip())]}..."
    if match := _MAGIC.match(line):
        return f"{match['indent']}{match['name'] or ''}..."
    return line


def _variants(code: str) -> Iterator[str]:
    yield code
    if _ELISION.search(code):
        for word in ("**_", "___", "*__"):
            yield _ELISION.sub(word, code)


def _error(code: str) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return None


def _flaw(error: SyntaxError, lines: list[str], shifted: int) -> Flaw | None:
    if shifted and error.msg.startswith("unindent"):
        return None  # the first line begins deeper than the page's own code does
    number = (error.lineno or 1) - shifted
    last = max(index for index, line in enumerate(lines, 1) if line.strip())
    at_end = number > last or (number == last and (error.offset or 0) > len(lines[last - 1].rstrip()))
    message = error.msg
    if _is_head_only(message, lines, shifted, number, last, at_end):
        return None
    number = min(max(number, 1), last)
    line = lines[number - 1]
    if sys.version_info < (3, 12) and (
        _GENERIC.match(line) or _NESTED.search(line) or "f-string expression part" in message
    ):
        return None
    column = min(max(error.offset or 1, 1), len(line.rstrip()) + 1)
    if isinstance(error, IndentationError) and line.strip():
        column = len(line) - len(line.lstrip()) + 1
    length = 0
    if error.end_lineno == error.lineno and error.end_offset and error.end_offset > column:
        length = min(error.end_offset, len(line) + 1) - column
    said, remedy = _MESSAGES.get(message, (_plainly(message), ""))
    if message == "invalid syntax":
        token = _TOKEN.match(line, column - 1)
        said = f"`{token[1]}` cannot stand here" if token else "the line ends before the expression does"
    return Flaw(number, column, length, said, remedy)


def _is_head_only(message: str, lines: list[str], shifted: int, number: int, last: int, at_end: bool) -> bool:
    """`def train(model):` with nothing below, or with a comment that says what is to be written there."""
    if at_end and message.startswith("expected 'except'"):
        return True
    if number >= last and lines[last - 1].lstrip().startswith("@"):
        return True
    if not message.startswith("expected an indented block"):
        return False
    match = _ON_LINE.search(message)
    head = int(match[1]) - shifted if match else number - 1
    below = [line.strip() for line in lines[head : last if at_end else number - 1]]
    return at_end or any(line.startswith("#") for line in below)


def _plainly(message: str) -> str:
    message = _ON_LINE.sub("", message).strip().rstrip(".")
    message = re.sub(r"'([^' ]+)'", r"`\1`", message)
    if message.startswith("unterminated string"):
        return "the string that begins here is not closed on its line"
    if message.startswith("unterminated triple-quoted"):
        return "the string in triple quotes that begins here is never closed"
    if message.startswith("expected an indented block"):
        return f"an indented block is expected{message.removeprefix('expected an indented block')}"
    if message.endswith("was never closed"):
        return f"{message.split(' ', 1)[0]} is never closed"
    return message[:1].lower() + message[1:]

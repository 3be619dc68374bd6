"""Blocks of Python."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.languages.complete import elides, is_complete, shows_output
from pytest_cloudlab.material.languages.flaw import Flaw, found
from pytest_cloudlab.material.languages.language import language_of
from pytest_cloudlab.material.languages.python_text import flaw_of
from pytest_cloudlab.material.languages.script import script_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule

_SHOWS_ERROR = re.compile(
    r"^[ \t]*(?:Traceback \(most recent call last\)|\w{0,40}(?:Syntax|Indentation|Tab)Error\b)", re.M
)
_CODE = re.compile(
    r"[=([{:@\"']|\.[A-Za-z_]|^[ \t]*(?:import|from|print|return|pass|if|for|while)\b", re.MULTILINE
)
"""In what has nothing of it, a program wrote a table."""
_SIGNATURE = re.compile(r"[(,][ \t]*[*/][ \t]*[,)]")
_NO_ELISION = re.compile(r"[ \t]*\.\.\.[ \t]*$")
_FRAGMENT = re.compile(r"[ \t]*(?:elif|else|except|finally|case)\b")


@rule("python-syntax", severity=Severity.ERROR, scope="block")
def python_syntax(block: Block, page: Page, course: Course) -> Iterator[Found]:
    """A block of Python does not parse.

    Prompts (`>>>`, `In [1]:`) are taken off and output is left alone; so are lines of a notebook (`!pip`,
    `%magic`), placeholders, code left out as `...`, a body shown without its head, a head shown without its
    body, and a session that shows an error on purpose.
    """
    if not is_complete(block) or shows_output(block, page):
        return
    script = script_of(block)
    if script.language not in ("python", "ipython") or _SHOWS_ERROR.search(block.code):
        return
    flaw = flaw_of(script.code)
    if flaw is None or _excused(flaw, script.code, notebook=language_of(block) == "ipython"):
        return
    yield from found(flaw, script, "This Python")


def _excused(flaw: Flaw, code: str, notebook: bool) -> bool:
    lines = code.split("\n")
    line = lines[flaw.line - 1] if flaw.line <= len(lines) else ""
    near = [line, *lines[max(flaw.line - 2, 0) : flaw.line - 1], *lines[flaw.line : flaw.line + 1]]
    # As a statement of its own it is Python, unless something is still open before it.
    open_before = "comma" in flaw.message or "never closed" in flaw.message
    around = "\n".join(each for each in near if open_before or not _NO_ELISION.match(each))
    first = next(each for each in lines if each.strip())
    return (
        elides(around)
        or not _CODE.search(code)
        or (_SIGNATURE.search(line) is not None and "def " not in code)
        or ("indent" in flaw.message and elides(code))
        or _FRAGMENT.match(first) is not None
        or (notebook and line.lstrip()[:1] in ("!", "%", "?"))
    )

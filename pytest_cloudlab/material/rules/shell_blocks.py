"""Blocks of shell commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.languages import python_text
from pytest_cloudlab.material.languages.complete import elides, is_complete, shows_output
from pytest_cloudlab.material.languages.flaw import Flaw, found
from pytest_cloudlab.material.languages.language import SHELLS, language_of
from pytest_cloudlab.material.languages.placeholder import fill
from pytest_cloudlab.material.languages.script import script_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.shell.shell_text import flaw_of

_BRACKETED = re.compile(r"<[^<>\n]{1,80}>|\{[^{}\n]{1,80}\}|\[[^\[\]\n]{1,80}\]")
_SYNOPSIS = re.compile(r"\[-|\[\w+[ \w]*\]|\.\.\.\]|\w\|\w+\)|\{\w+\|")
_TYPED = re.compile(r"[ \t]*(?:[a-z_./~$({\[!:@\"'#<>|&)}\\-]|;;|[A-Z_][A-Z0-9_]*(?:\W|$)|\d+>)")
_OTHER_LANGUAGE = re.compile(
    r"^[ \t]*(?:(?:FROM|RUN|COPY|ENTRYPOINT|WORKDIR) \S|\$\w+ = |(?:Get|Set|New|Remove|Invoke)-[A-Z]\w+"
    r"|foreach \(|@echo |[{\[]$|(?:public|private|import|#include) ?\S.*[;>]$)",
    re.MULTILINE,
)

_PYTHON = re.compile(r"^(?:from \w|import \w|def \w+\(|class \w|print\(|\w+ = |@\w)", re.MULTILINE)


@rule("shell-syntax", severity=Severity.ERROR, scope="block")
def shell_syntax(block: Block, page: Page, course: Course) -> Iterator[Found]:
    """A block of shell commands does not parse.

    Said only where bash (`bash -n`, which runs nothing) and a second grammar both refuse it once placeholders
    are filled. Prompts are taken off; output, usage lines (`cmd [-a] FILE…`), what a `console` block shows
    without any prompt and what only zsh understands are left alone.
    """
    if not is_complete(block) or shows_output(block, page) or language_of(block) not in SHELLS:
        return
    script = script_of(block)
    if script.language != "shell" or (language_of(block) == "console" and not script.prompted):
        return
    if script.output and not script.prompted:
        return  # part of it is output; nothing tells how much
    code = fill(script.code, "shell").code
    flaw = flaw_of(code)
    if flaw is None or _excused(flaw, script.code, zsh=block.language == "zsh"):
        return
    yield from found(flaw, script, "This shell block")


def _excused(flaw: Flaw, code: str, *, zsh: bool) -> bool:
    lines = code.split("\n")
    line = lines[flaw.line - 1]
    first = next(each for each in lines if each.strip() and not each.lstrip().startswith("#"))
    if (
        elides(line)
        or not _TYPED.match(first)
        or _SYNOPSIS.search(line)
        or not _TYPED.match(line)
        or _OTHER_LANGUAGE.search(code)
        or (zsh and "never" not in flaw.message)
    ):
        return True
    loosely = _BRACKETED.sub(_word, code)
    if loosely != code and flaw_of(loosely) is None:
        return True
    return _PYTHON.search(code) is not None and python_text.flaw_of(code) is None


def _word(match: re.Match[str]) -> str:
    text = match.group()
    return "x" * len(text) if any(each.isalpha() for each in text) else text

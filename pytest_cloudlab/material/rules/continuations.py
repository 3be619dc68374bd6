"""Commands over several lines that fall apart when they are pasted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.languages.complete import elides, is_complete, shows_output
from pytest_cloudlab.material.languages.placeholder import fill
from pytest_cloudlab.material.languages.script import Script, script_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.shell.grammar import Parsed, parsed

if TYPE_CHECKING:
    from tree_sitter import Node

_BROKEN = re.compile(r"(?<!\\)\\([ \t]+)(#.*)?$")
_OPTION = re.compile(r"(--?[A-Za-z][\w-]{0,60})(?=[=\s]|$)")
_QUOTING = frozenset({"string", "raw_string", "ansi_c_string", "heredoc_body", "comment"})


@rule("broken-continuation", severity=Severity.ERROR, scope="block")
def broken_continuation(block: Block, page: Page, course: Course) -> Iterator[Found]:
    """A command over several lines falls apart.

    A backslash continues a line only as its very last character. Blanks or a comment behind it, a comment or
    an empty line in between, and a line without its backslash end the command: the next line is run by itself
    (`--name: command not found`). A backslash at the end of the whole block is a warning. Options that begin
    a line are only judged where the lines above show that a command goes on.
    """
    if not is_complete(block) or shows_output(block, page):
        return
    script = script_of(block)
    if script.language != "shell" or "\\" not in script.code:
        return
    tree = parsed(fill(script.code, "shell").code)
    if tree is None:
        return
    lines = script.code.split("\n")
    seen: set[int] = set()
    for number, line in enumerate(lines[:-1], 1):
        match = _BROKEN.search(line)
        if match and lines[number].strip() and not _is_quoted(tree, number, line, match.start()):
            seen.add(number)
            behind = "a comment stands" if match[2] else "blanks stand"
            yield Found(
                script.at(number, match.start() + 1, 1),
                f"The command ends here: {behind} behind the backslash, which has to be the last character.",
                "Take away what is behind the backslash.",
            )
    yield from _options(script, tree, lines, seen)
    last = max((number for number, line in enumerate(lines, 1) if line.strip()), default=0)
    if (
        last
        and lines[last - 1].endswith("\\")
        and not lines[last - 1].endswith("\\\\")
        and not script.prompted
    ):
        column = len(lines[last - 1])
        if not _is_quoted(tree, last, lines[last - 1], column - 1):
            yield Found(
                script.at(last, column, 1),
                "The last line ends with a backslash, so that the shell waits for another one.",
                "Take the backslash away, or add the line that is missing.",
                Severity.WARNING,
            )


def _options(script: Script, tree: Parsed, lines: list[str], seen: set[int]) -> Iterator[Found]:
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip())
        match = _OPTION.match(line, indent)
        if match is None or number == 1 or _continues(lines[number - 2]):
            continue
        above = next(
            (each for each in range(number - 1, max(number - 4, 0), -1) if _goes(lines[each - 1])), 0
        )
        if above == 0 or above in seen or elides(lines[above - 1]) or _is_quoted(tree, number, line, indent):
            continue
        itself = f"`{match[1]}` is run by itself."
        if _continues(lines[above - 1]):
            between = lines[above]
            what = "A comment" if between.strip() else "An empty line"
            yield Found(
                script.at(above + 1, len(between) - len(between.lstrip()) + 1),
                f"{what} between continued lines ends the command: {itself}",
                "Put it above or below the command.",
            )
        elif above == number - 1 and (
            (above > 1 and _continues(lines[above - 2])) or _heads(lines[above - 1], line)
        ):
            yield Found(
                script.at(above, len(lines[above - 1].rstrip()) + 1),
                f"The command ends here, as no backslash continues it: {itself}",
                "End the line with a backslash.",
            )


def _goes(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _continues(line: str) -> bool:
    return line.endswith("\\") and not line.endswith("\\\\")


def _heads(above: str, line: str) -> bool:
    """Whether `line`, which goes on itself, is indented below the line above."""
    return _continues(line) and len(line) - len(line.lstrip()) > len(above) - len(above.lstrip())


def _is_quoted(tree: Parsed, number: int, line: str, index: int) -> bool:
    at = len(line[:index].encode())
    node: Node | None = tree.root.descendant_for_point_range((number - 1, at), (number - 1, at + 1))
    while node is not None:
        if node.type in _QUOTING:
            return True
        node = node.parent
    return False

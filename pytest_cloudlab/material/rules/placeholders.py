"""Placeholders that a shell reads as something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.languages.complete import is_complete
from pytest_cloudlab.material.languages.placeholder import Placeholder, fill
from pytest_cloudlab.material.languages.script import script_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.shell.grammar import Parsed, parsed

if TYPE_CHECKING:
    from tree_sitter import Node

_QUOTING = frozenset(
    {"string", "raw_string", "ansi_c_string", "translated_string", "heredoc_body", "comment"}
)
_RUNNING = frozenset({"command_substitution", "process_substitution"})
_DELETES = re.compile(r"(?:^|[\s;&|(])(?:rm|rmdir|shred|mkfs\S*|dd)\s")
_SYNOPSIS = re.compile(r"\[[<-]|[\])>]\.\.\.|\.\.\.\]| \| \w+ \| |\]\s*\[")
"""A line that says how a command may be called is typed by nobody."""
_BEHIND_PATH = re.compile(r"[/~]$")


@rule("placeholder-as-syntax", severity=Severity.WARNING, scope="block")
def placeholder_as_syntax(block: Block, page: Page, course: Course) -> Iterator[Found]:
    """A shell takes a placeholder for syntax.

    `<name>` is two redirections: who pastes it is told of a file that is not there, or of a syntax error, and
    never what to replace. `{your name}` and `[your name]` become several words. One finding a command, an
    error where the folder in front of it could be deleted (`rm -r ~/<name>/old`), else a warning.

    Left alone: what is in quotes, comments and here-documents; `{name}` and `YOUR_NAME`, which reach the
    program as they are, so that it says what it could not find.
    """
    if not is_complete(block):
        return
    script = script_of(block)
    if script.language != "shell":
        return
    filled = fill(script.code, "shell")
    candidates = [each for each in filled.placeholders if _is_syntax(each)]
    tree = parsed(filled.code) if candidates else None
    if tree is None:
        return
    lines = script.code.split("\n")
    seen: set[int] = set()
    for each in candidates:
        command = _command(tree, each)
        if command is None or command in seen or _SYNOPSIS.search(lines[each.line - 1]):
            continue
        seen.add(command)
        place = script.at(each.line, each.column, len(each.text))
        yield _said(place, each, lines[each.line - 1])


def _is_syntax(each: Placeholder) -> bool:
    if each.kind == "angles":
        return True
    return each.kind in ("braces", "brackets") and " " in each.text


def _command(tree: Parsed, each: Placeholder) -> int | None:
    """Which command it is part of, by where that begins; None where the shell does not read it."""
    line = tree.lines[each.line - 1]
    start = len(line[: each.column - 1].encode())
    node: Node | None = tree.root.descendant_for_point_range(
        (each.line - 1, start), (each.line - 1, start + len(each.text))
    )
    while node is not None:
        if node.type in _QUOTING:
            return None
        if node.type in ("command", "declaration_command", "variable_assignment") or node.type in _RUNNING:
            # No program is called like an option: that is somebody's help text.
            return None if tree.data[node.start_byte : node.start_byte + 1] == b"-" else node.start_byte
        node = node.parent
    return -each.line


def _said(place: Place, each: Placeholder, line: str) -> Found:
    before, after = line[: each.column - 1], line[each.column - 1 + len(each.text) :]
    inner = each.text[1:-1]
    if each.kind != "angles":
        return Found(
            place,
            f"The shell splits the placeholder `{each.text}` into {len(inner.split())} words.",
            "Write it as one word, e.g. "
            f"`{each.text[0]}{'-'.join(inner.split())}{each.text[-1]}`, or put it in quotes.",
        )
    remedy = f"Write it so that the shell leaves it alone, e.g. `{_capitals(inner)}`."
    if _DELETES.search(before) and _BEHIND_PATH.search(before) and after.strip():
        kept = before.split()[-1]
        return Found(
            place,
            f"The shell takes the placeholder `{each.text}` for redirections: where there is a file or folder"
            f" `{inner.split()[0]}`, this deletes `{kept}`.",
            remedy,
            Severity.ERROR,
        )
    return Found(
        place,
        f"The shell takes the placeholder `{each.text}` for redirections, from a file called "
        f"`{inner.split()[0]}`.",
        remedy,
    )


def _capitals(inner: str) -> str:
    return re.sub(r"\W+", "_", inner).strip("_").upper() or "NAME"

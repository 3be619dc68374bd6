"""What is wrong with a script that bash does not take, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_cloudlab.material.languages.flaw import Flaw
from pytest_cloudlab.material.languages.open_quote import open_quote
from pytest_cloudlab.material.shell.bash import Refusal, refusal
from pytest_cloudlab.material.shell.grammar import Parsed, parsed

if TYPE_CHECKING:
    from tree_sitter import Node

_UNEXPECTED = re.compile(r"syntax error near unexpected token `(.*)'")
_UNMATCHED = re.compile(r"unexpected EOF while looking for matching `(.)'")
_RESERVED = frozenset({"then", "do", "done", "fi", "else", "elif", "esac", "}"})
_ENDS = {
    "if": "fi",
    "for": "done",
    "while": "done",
    "until": "done",
    "select": "done",
    "case": "esac",
    "(": ")",
    "{": "}",
}
_NAMED = {'"': "double quote", "'": "single quote", "`": "backquote"}
_OPENED = {")": "(", "}": "{"}


@dataclass(frozen=True, eq=False)
class Broken:
    """A node, and what it is in: a missing node does not know."""

    node: Node
    above: Broken | None


def flaw_of(code: str) -> Flaw | None:
    """None unless both grammars refuse it: tree-sitter's and bash's own."""
    tree = parsed(code)
    if tree is None:
        return None
    broken = _broken(tree)
    if broken is None and "<<" not in code:
        return None
    said = refusal(code)
    if said is None or (broken is None and not said.delimiter):
        return None
    return _flaw(said, tree, broken)


def _broken(tree: Parsed) -> Broken | None:
    """The first place that the grammar has no rule for."""
    todo: list[Broken] = [Broken(tree.root, None)]
    while todo:
        each = todo.pop()
        node = each.node
        if node.is_error or node.is_missing:
            return each
        above = each.above.node.type if each.above is not None else ""
        if not tree.root.has_error and (
            (node.type == "command_name" and tree.text(node) in _RESERVED)
            or (node.type == "subshell" and above == "command")
        ):
            return each
        todo.extend(Broken(child, each) for child in reversed(node.children))
    return Broken(tree.root, None) if tree.root.has_error else None


def _flaw(said: Refusal, tree: Parsed, broken: Broken | None) -> Flaw:
    lines = tree.lines
    last = max((number for number, line in enumerate(lines, 1) if line.strip()), default=1)
    number = min(max(said.line, 1), last)
    line = lines[number - 1]
    if said.delimiter:
        return _unended(said, lines, number, line)
    if match := _UNEXPECTED.search(said.said):
        return _unexpected(match[1], tree, broken, number, line)
    if match := _UNMATCHED.search(said.said):
        return _unmatched(match[1], tree, broken, number, line)
    if "end of file" in said.said:
        return _unfinished(tree, broken, last, lines[last - 1])
    message = re.sub(r"`([^`']*)'", r"`\1`", said.said).rstrip(".")
    return Flaw(number, 1, 0, f"bash says: {message}")


def _unended(said: Refusal, lines: tuple[str, ...], number: int, line: str) -> Flaw:
    column = line.find("<<") + 1 or 1
    alike = [
        index for index, each in enumerate(lines, 1) if index > number and each.strip() == said.delimiter
    ]
    if alike:
        return Flaw(
            alike[0],
            1,
            0,
            f"the here-document goes on here, as its end `{said.delimiter}` has blanks around it",
            f"Put `{said.delimiter}` alone at the very beginning of the line.",
        )
    return Flaw(
        number,
        column,
        0,
        f"the here-document that begins here never ends: no line is just `{said.delimiter}`",
        f"Close it with a line that is just `{said.delimiter}`.",
    )


def _unexpected(word: str, tree: Parsed, broken: Broken | None, number: int, line: str) -> Flaw:
    if word == "newline":
        return Flaw(number, len(line.rstrip()) + 1, 0, "the line ends where a word is expected")
    after = 0
    if broken is not None and tree.start(broken.node)[0] == number:
        after = tree.start(broken.node)[1] - 1
    column = line.find(word, after)
    column = line.find(word) if column < 0 else column
    return Flaw(number, max(column, 0) + 1, len(word), f"bash does not expect `{word}` here")


def _unmatched(mark: str, tree: Parsed, broken: Broken | None, number: int, line: str) -> Flaw:
    if mark in _NAMED:
        place = open_quote("\n".join(tree.lines), mark) or (number, line.rfind(mark) + 1 or 1)
        return Flaw(
            *place, 1, f"the {_NAMED[mark]} that is opened here is never closed",
            "Close it, or escape it where it is meant as itself.",
        )  # fmt: skip
    opened = _OPENED.get(mark, mark)
    if broken is not None:
        missing = broken.above if broken.node.is_missing else None
        start, column = tree.start((missing or broken).node)
        at = tree.lines[start - 1].find(opened, column - 1)
        return Flaw(start, (at if at >= 0 else column - 1) + 1, 1, f"the `{opened}` here is never closed")
    return Flaw(number, 1, 0, f"a `{opened}` is never closed")


def _unfinished(tree: Parsed, broken: Broken | None, last: int, line: str) -> Flaw:
    head = broken
    while head is not None:
        children = head.node.children
        for each in children:
            if (end := _ENDS.get(each.type)) and not any(
                other.type == end and not other.is_missing for other in children
            ):
                start, column = tree.start(each)
                return Flaw(
                    start, column, len(each.type), f"this `{each.type}` has no `{end}`", f"Add the `{end}`."
                )
        head = head.above
    return Flaw(last, len(line.rstrip()) + 1, 0, "the block ends before the command does")

"""Bash as tree-sitter reads it. It reads on after an error, and executes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Parser

MAX_CHARACTERS = 16 * 1024
"""Of a block; what is longer nobody types, and the grammar takes quadratic time for some of it."""


@dataclass(frozen=True, eq=False)
class Parsed:
    """A syntax tree, and the text that it is of: its columns count bytes, ours characters."""

    root: Node
    data: bytes
    lines: tuple[str, ...]

    def text(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def start(self, node: Node) -> tuple[int, int]:
        """Line and column, from 1."""
        return self._place(*node.start_point)

    def end(self, node: Node) -> tuple[int, int]:
        return self._place(*node.end_point)

    def _place(self, row: int, column: int) -> tuple[int, int]:
        line = self.lines[row] if row < len(self.lines) else ""
        if line.isascii():
            return row + 1, column + 1
        return row + 1, len(line.encode()[:column].decode("utf-8", "ignore")) + 1


@lru_cache(maxsize=1)
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


@lru_cache(maxsize=512)
def parsed(code: str) -> Parsed | None:
    """None for what is too long."""
    if len(code) > MAX_CHARACTERS:
        return None
    data = code.encode("utf-8", "replace")
    return Parsed(_parser().parse(data).root_node, data, tuple(code.split("\n")))


def descendants(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text."""
    todo = [node]
    while todo:
        each = todo.pop()
        yield each
        todo.extend(reversed(each.children))

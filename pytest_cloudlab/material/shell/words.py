"""The words of a shell's syntax tree, as the shell would see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_cloudlab.material.languages.placeholder import Filled, speaks
from pytest_cloudlab.material.languages.script import Script
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Word
from pytest_cloudlab.material.shell.grammar import Parsed

if TYPE_CHECKING:
    from tree_sitter import Node

_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_EXPANSIONS = _SUBSTITUTIONS | {"simple_expansion", "expansion", "arithmetic_expansion", "brace_expression"}
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_GLOB = re.compile(r"(?<!\\)[*?]|(?<!\\)\[[^\]\s]+\]|(?<!\\)\{[^{}\s]*(?:,|\.\.)[^{}\s]*\}")
_ESCAPED = re.compile(r"\\(\n|.)")
_ESCAPED_IN_STRING = re.compile(r'\\([\n"$`\\])')
_ELIDED = re.compile(r"…|(?:^|=)\.{3,}\Z")


class Words:
    """Of one tree of filled code, whose columns are the page's own: words are read as the page has them."""

    def __init__(self, tree: Parsed, script: Script, filled: Filled) -> None:
        self._tree = tree
        self._script = script
        self._filled = filled
        self._lines = script.code.split("\n")

    def place(self, node: Node) -> Place:
        line, column = self._tree.start(node)
        end_line, end_column = self._tree.end(node)
        return self._script.at(line, column, end_column - column if line == end_line else 0)

    def empty(self, node: Node) -> Word:
        line, column = self._tree.end(node)
        return Word("", self._script.at(line, column))

    def word(self, node: Node) -> Word:
        line, column = self._tree.start(node)
        end_line, end_column = self._tree.end(node)
        length = end_column - column if line == end_line else len(self._lines[line - 1]) - column + 1
        within = self._filled.within(line, column, length)
        source = self._source(node)
        text = self._text(node)
        variables: list[str] = []
        dynamic = any(each.kind == "template" for each in within) or _ELIDED.search(source) is not None
        for each in self._expanding(node):
            dynamic = True
            if each.type == "variable_name" and _IDENTIFIER.match(name := self._tree.text(each)):
                variables.append(name)
        if not dynamic and node.type in ("word", "concatenation", "command_name"):
            bare = self._tree.text(node)
            dynamic = _GLOB.search(bare) is not None and node.type != "raw_string"
        placeholder = any(each.kind != "template" for each in within) or speaks(text)
        return Word(text, self.place(node), tuple(dict.fromkeys(variables)), dynamic, placeholder)

    def redirected(self, node: Node) -> Iterator[tuple[str, Word]]:
        """`(">", file)`; further arguments that stand behind a redirection come with an empty operator."""
        if node.type == "heredoc_redirect":
            yield from self._heredoc(node)
            return
        if node.type == "herestring_redirect":
            if node.children:
                yield "<<<", self.word(node.children[-1])
            return
        operator = descriptor = ""
        taken = False
        for each in node.children:
            if each.type == "file_descriptor":
                descriptor = self._tree.text(each)
            elif each.is_error:
                return
            elif not each.is_named:
                operator = self._tree.text(each)
            else:
                if taken:
                    yield "", self.word(each)
                elif descriptor in ("", "1" if operator.startswith(">") else "0"):
                    yield operator, self.word(each)
                else:
                    yield descriptor + operator, self.word(each)
                taken = True

    def _heredoc(self, node: Node) -> Iterator[tuple[str, Word]]:
        start = next((each for each in node.children if each.type == "heredoc_start"), node)
        for each in node.children:
            if each.type == "heredoc_body":
                expanding = list(self._expanding(each))
                names = [self._tree.text(one) for one in expanding if one.type == "variable_name"]
                variables = tuple(dict.fromkeys(name for name in names if _IDENTIFIER.match(name)))
                yield "<<", Word(self._source(each), self.place(start), variables, bool(expanding))
            elif each.type == "file_redirect":
                yield from self.redirected(each)

    def _expanding(self, node: Node) -> Iterator[Node]:
        """Expansions in the word and the names in them, without those of commands inside `$(…)`."""
        todo = [(node, False)]
        while todo:
            each, expanding = todo.pop()
            if each.type in _EXPANSIONS:
                yield each
                expanding = True
            elif expanding and each.type == "variable_name":
                yield each
            if each.type not in _SUBSTITUTIONS:
                todo.extend((child, expanding) for child in reversed(each.children))

    def _source(self, node: Node) -> str:
        """As the page has it, placeholders and all."""
        line, column = self._tree.start(node)
        end_line, end_column = self._tree.end(node)
        if line == end_line:
            return self._lines[line - 1][column - 1 : end_column - 1]
        first, *between = self._lines[line - 1 : end_line]
        if not between:
            return first[column - 1 :]
        return "\n".join((first[column - 1 :], *between[:-1], between[-1][: end_column - 1]))

    def _text(self, node: Node) -> str:
        source = self._source(node)
        if node.type in ("concatenation", "command_name") and node.children:
            return "".join(self._text(each) for each in node.children)
        if node.type == "string":
            return _ESCAPED_IN_STRING.sub(lambda match: match[1].strip("\n"), source[1:-1])
        if node.type == "translated_string":
            return source[2:-1]
        if node.type == "raw_string":
            return source[1:-1]
        if node.type == "ansi_c_string":
            return source[2:-1]
        if node.type == "word":
            return _ESCAPED.sub(lambda match: match[1].strip("\n"), source)
        return source

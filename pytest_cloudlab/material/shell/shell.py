"""The commands that a block tells students to type."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.languages.placeholder import fill
from pytest_cloudlab.material.languages.script import Script, script_of
from pytest_cloudlab.material.shell.command import Assignment, Command, Word
from pytest_cloudlab.material.shell.grammar import Parsed, descendants, parsed
from pytest_cloudlab.material.shell.prefix import unwrapped
from pytest_cloudlab.material.shell.words import Words

if TYPE_CHECKING:
    from tree_sitter import Node

_DECLARES = frozenset({"declaration_command", "unset_command"})
_REDIRECTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_OF_WORDS = """
    word string raw_string ansi_c_string translated_string concatenation simple_expansion expansion number
    command_substitution process_substitution arithmetic_expansion brace_expression variable_name
    test_operator
"""
_WORDS = frozenset(_OF_WORDS.split())


@lru_cache(maxsize=4096)
def commands_of(block: Block) -> tuple[Command, ...]:
    """What a shell would run, in the order of the text; of what does not parse, the part that does.

    Blocks in a shell's language, and those without a language or of text that show a prompt. `sudo`, `env`,
    `time` and the like are taken off. Commands inside `$(…)`, loops, conditions and functions are there too.
    """
    script = script_of(block)
    if script.language != "shell" or not script.code.strip():
        return ()
    filled = fill(script.code, "shell")
    tree = parsed(filled.code)
    if tree is None:
        return ()
    reader = _Reader(tree, script, Words(tree, script, filled))
    return tuple(unwrapped(each) for each in reader.commands(tree.root))


_ASSIGNING = frozenset({"command", "variable_assignment", "variable_assignments"}) | _DECLARES


def _below(node: Node) -> list[Node]:
    """Its children; of assignments that the command has already, only what is in their values."""
    if node.type not in _ASSIGNING:
        return node.children
    found: list[Node] = []
    for each in node.children:
        found += each.children if each.type == "variable_assignment" else [each]
    return found


class _Reader:
    def __init__(self, tree: Parsed, script: Script, words: Words) -> None:
        self._tree = tree
        self._script = script
        self._words = words

    def commands(self, root: Node) -> Iterator[Command]:
        todo: list[tuple[Node, tuple[Node, ...]]] = [(root, ())]
        while todo:
            node, redirects = todo.pop()
            if node.type == "redirected_statement":
                own = tuple(each for each in node.children if each.type in _REDIRECTS)
                body = node.child_by_field_name("body")
                rest = [(each, ()) for each in node.children if each != body]
                todo.extend(reversed(rest))
                if body is None:
                    yield self._command(node, (), own + redirects)
                else:
                    todo.append((body, own + redirects))
                continue
            if node.type == "command" or node.type in _DECLARES:
                yield self._command(node, tuple(node.children), redirects)
            elif node.type == "variable_assignment":
                yield self._command(node, (node,), redirects)
            elif node.type == "variable_assignments":
                yield self._command(node, tuple(node.children), redirects)
            elif node.type == "test_command":
                leaves = [
                    each for each in descendants(node) if each.type in _WORDS and each.parent is not None
                ]
                tops = tuple(each for each in leaves if each.parent and each.parent.type not in _WORDS)
                yield self._command(node, tops, redirects, program=self._tree.text(node.children[0]))
            elif node.type == "for_statement":
                yield self._loop(node)
            inherited = redirects if node.type in ("pipeline", "list") else ()
            children = _below(node)
            for index in range(len(children) - 1, -1, -1):
                last = index == len(children) - 1
                todo.append((children[index], inherited if last else ()))

    def _command(
        self, node: Node, parts: tuple[Node, ...], redirects: tuple[Node, ...], program: str = ""
    ) -> Command:
        words: list[Word] = [Word(program, self._words.place(node))] if program else []
        assignments: list[Assignment] = []
        found: list[tuple[str, Word]] = []
        declares = node.type in _DECLARES
        keyword = self._tree.text(parts[0]) if declares and parts else ""
        exported = keyword == "export" or (
            declares and any(self._tree.text(each).startswith("-x") for each in parts[1:])
        )
        named = False
        for each in parts:
            if each.type == "variable_assignment":
                assignments.append(self._assignment(each, exported))
            elif each.type in _REDIRECTS:
                redirects += (each,)
            elif each.type == "command_name" or each.type in _WORDS or (declares and each == parts[0]):
                words.append(self._words.word(each))
                named = named or not (
                    declares and (each == parts[0] or self._tree.text(each).startswith("-"))
                )
        for each in redirects:
            for operator, word in self._words.redirected(each):
                if operator:
                    found.append((operator, word))
                else:
                    words.append(word)
        if declares and assignments and not named:
            words = []
        return Command(
            tuple(words), tuple(assignments), tuple(found), self._words.place(node), self._script.block.name
        )

    def _assignment(self, node: Node, exported: bool) -> Assignment:
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        if name is not None and name.type == "subscript":
            name = name.child_by_field_name("name")
        text = self._tree.text(name) if name is not None else ""
        return Assignment(text, self._words.word(value) if value else self._words.empty(node), exported)

    def _loop(self, node: Node) -> Command:
        name = node.child_by_field_name("variable")
        values = [self._words.word(each) for each in node.children if each.type in _WORDS and each != name]
        variables = tuple(variable for each in values for variable in each.variables)
        place = self._words.place(name or node)
        value = Word(" ".join(each.text for each in values), place, variables, dynamic=True)
        assignment = Assignment(self._tree.text(name) if name else "", value)
        return Command((), (assignment,), (), place, self._script.block.name)

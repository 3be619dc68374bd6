"""The options that a script declares with argparse, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_cloudlab.material.companions.argparse_argument import OpenEnded, parameter
from pytest_cloudlab.material.companions.interface import Interface, Parameter
from pytest_cloudlab.material.companions.python_source import Function, Scope, Tree, keyword

_OF_HARMLESS = """
    set_defaults print_help print_usage format_help format_usage error exit get_default
    description epilog prog usage formatter_class _action_groups _optionals _positionals
"""
_HARMLESS = frozenset(_OF_HARMLESS.split())
_GROUPS = frozenset({"add_argument_group", "add_mutually_exclusive_group"})
_COMPLETERS = frozenset({"argcomplete.autocomplete", "shtab.add_argument_to"})
_GIVEN = (ast.Name, ast.Attribute, ast.Constant, ast.IfExp, ast.BoolOp)
_CONDITIONS = (ast.If, ast.For, ast.While, ast.AsyncFor, ast.Try, ast.Match, ast.IfExp)


def argparse_interface(tree: Tree) -> Interface | None:
    """None for a script that has no parser of argparse's own; open where helpers, parents, subcommands, loops
    or other files may add to it."""
    made = [each for each in tree.calls if tree.full_name(each.func) == "argparse.ArgumentParser"]
    if not made:
        return None
    if len(made) > 1 or any(_derives(tree, node) or _rewrites(tree, node) for node in tree.nodes):
        return Interface(open=True)
    try:
        return _Reader(tree, made[0]).interface()
    except OpenEnded:
        return Interface(open=True)


def _derives(tree: Tree, node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and any(
        tree.full_name(base) == "argparse.ArgumentParser" for base in node.bases
    )


def _rewrites(tree: Tree, node: ast.AST) -> bool:
    """`sys.argv = …`, `sys.argv.append(…)`, `del sys.argv[1]`: no longer what was typed."""
    if not isinstance(node, ast.Attribute) or node.attr != "argv" or tree.full_name(node) != "sys.argv":
        return False
    parent = tree.parents[node]
    changed = isinstance(parent, ast.Subscript) and not isinstance(parent.ctx, ast.Load)
    return changed or not isinstance(node.ctx, ast.Load) or isinstance(parent, ast.Attribute)


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


class _Reader:
    """Follows the one parser of a file through its names, groups and functions."""

    def __init__(self, tree: Tree, made: ast.Call) -> None:
        self._tree = tree
        self._made = made
        self._parsed = False
        self._declared: list[tuple[ast.Call, bool]] = []
        """Calls of `add_argument`, and whether it is sure that they are made."""
        self._seen: set[tuple[ast.AST, str]] = set()

    def interface(self) -> Interface:
        for each in self._made.keywords:
            if each.arg is None or each.arg in ("parents", "fromfile_prefix_chars", "prefix_chars"):
                raise OpenEnded
        self._follow(self._made, sure=True)
        if not self._parsed:
            raise OpenEnded
        options: list[Parameter] = []
        positionals: list[Parameter] = []
        scopes: set[ast.AST] = set()
        if self._tree.value(keyword(self._made, "add_help")) is not False:
            options.append(Parameter(("-h", "--help"), "help", 0, 0))
        self._declared.sort(key=lambda declared: (declared[0].lineno, declared[0].col_offset))
        for call, sure in self._declared:
            found = parameter(self._tree, call)
            if found.names[0].startswith("-"):
                options.append(found if sure else found.optional())
                continue
            positionals.append(found)
            scopes.add(self._tree.scope_of(call))
            if not sure or len(scopes) > 1:  # whether it is there, or which comes first, cannot be told
                raise OpenEnded
        abbreviates = self._tree.value(keyword(self._made, "allow_abbrev")) is not False
        return Interface(tuple(options), tuple(positionals), abbreviates=abbreviates)

    def _follow(self, node: ast.expr, *, sure: bool) -> None:
        """`node` is the parser, or a group of it: what is done with it?"""
        parent = self._tree.parents[node]
        if isinstance(parent, ast.Attribute) and parent.value is node:
            self._method(parent, sure=sure)
        elif isinstance(parent, ast.Assign | ast.AnnAssign):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            for target in targets:
                if not isinstance(target, ast.Name):
                    raise OpenEnded
                self._named(self._tree.scope_of(parent), target.id, sure=sure)
        elif isinstance(parent, ast.Return):
            self._returned(self._tree.scope_of(parent), sure=sure)
        elif isinstance(parent, ast.Call) and node in parent.args:
            self._passed(parent, parent.args.index(node), sure=sure)
        elif not isinstance(parent, ast.Expr):
            raise OpenEnded

    def _named(self, scope: Scope, name: str, *, sure: bool) -> None:
        if (scope, name) in self._seen:
            return
        self._seen.add((scope, name))
        for node in _loads(scope, name):
            self._follow(node, sure=sure and self._tree.scope_of(node) is scope)

    def _method(self, attribute: ast.Attribute, *, sure: bool) -> None:
        call = self._tree.parents[attribute]
        if attribute.attr in _HARMLESS:
            return
        if not isinstance(call, ast.Call) or call.func is not attribute:
            raise OpenEnded
        if attribute.attr == "add_argument":
            self._declared.append((call, sure and not self._doubtful(call)))
        elif attribute.attr in _GROUPS:
            self._follow(call, sure=sure and attribute.attr == "add_argument_group")
        elif attribute.attr == "parse_args":
            self._parse(call)
        else:
            raise OpenEnded

    def _doubtful(self, call: ast.Call) -> bool:
        for each in self._tree.inside(call, *_CONDITIONS):
            if isinstance(each, ast.For | ast.While | ast.AsyncFor):
                raise OpenEnded
            if not (isinstance(each, ast.If) and _is_main(each.test)):
                return True
        return False

    def _parse(self, call: ast.Call) -> None:
        """`parse_args()`, `parse_args(argv)`, `parse_args(sys.argv[1:])`; its own list is no command line."""
        self._parsed = True
        for given in (*call.args, *(each.value for each in call.keywords)):
            if isinstance(given, ast.Subscript):
                if self._tree.full_name(given.value) != "sys.argv" or ast.unparse(given.slice) != "1:":
                    raise OpenEnded
            elif not isinstance(given, _GIVEN) or isinstance(self._tree.value(given), list | tuple):
                raise OpenEnded

    def _returned(self, scope: Scope, *, sure: bool) -> None:
        if not isinstance(scope, Function) or self._tree.functions.get(scope.name) is not scope:
            raise OpenEnded
        if (scope, "return") in self._seen:
            return
        self._seen.add((scope, "return"))
        for call in self._tree.calls:
            if isinstance(call.func, ast.Name) and call.func.id == scope.name:
                self._follow(call, sure=sure)

    def _passed(self, call: ast.Call, index: int, *, sure: bool) -> None:
        """Into a function of this file: what it does there is seen. Elsewhere it is not."""
        if self._tree.full_name(call.func) in _COMPLETERS:
            return
        function = self._tree.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
        if function is None or index >= len(function.args.args) or function.args.posonlyargs:
            raise OpenEnded
        self._named(function, function.args.args[index].arg, sure=sure and not self._doubtful(call))


def _loads(scope: Scope, name: str) -> Iterator[ast.expr]:
    """Where the scope, or a function in it that has no such name of its own, reads the name."""
    todo: list[ast.AST] = list(ast.iter_child_nodes(scope))
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            yield node
        elif isinstance(node, Function) and _binds(node, name):
            continue
        todo.extend(ast.iter_child_nodes(node))


def _binds(function: Function, name: str) -> bool:
    arguments = function.args
    given = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return any(each.arg == name for each in given) or any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in ast.walk(function)
    )

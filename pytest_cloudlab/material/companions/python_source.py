"""A Python file's source, read and never run: its tree, where names come from, what constants are."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = ast.Module | Function | ast.Lambda | ast.ClassDef
UNKNOWN = object()
MAX_NODES = 200_000


@dataclass(frozen=True, eq=False)
class Tree:
    module: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.module))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        return tuple(node for node in self.nodes if isinstance(node, ast.Call))

    @cached_property
    def imports(self) -> dict[str, str]:
        """Full names by the names that the file uses: `{"ap": "argparse"}`."""
        found: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for each in node.names:
                    bound = each.asname or each.name.split(".")[0]
                    found[bound] = each.name if each.asname else bound
            elif isinstance(node, ast.ImportFrom):
                for each in node.names:
                    found[each.asname or each.name] = f"{'.' * node.level}{node.module or ''}.{each.name}"
        return found

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Those at the top of the file, by name; of a name that is there twice, none."""
        found: dict[str, Function] = {}
        twice: set[str] = set()
        for node in self.module.body:
            if isinstance(node, Function):
                twice.update({node.name} & found.keys())
                found[node.name] = node
        return {name: node for name, node in found.items() if name not in twice}

    @cached_property
    def _constants(self) -> dict[str, ast.expr]:
        """Names at the top of the file that are given a value once."""
        found: dict[str, ast.expr] = {}
        stored: dict[str, int] = {}
        for node in self.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                stored[node.id] = stored.get(node.id, 0) + 1
        for statement in self.module.body:
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target: ast.expr = statement.targets[0]
                value: ast.expr | None = statement.value
            elif isinstance(statement, ast.AnnAssign):
                target, value = statement.target, statement.value
            else:
                continue
            if isinstance(target, ast.Name) and stored[target.id] == 1 and value is not None:
                found[target.id] = value
        return found

    def scope_of(self, node: ast.AST) -> Scope:
        """The function, class or file that the node stands in."""
        while not isinstance(node := self.parents[node], Scope):
            pass
        return node

    def full_name(self, node: ast.AST) -> str:
        """`argparse.ArgumentParser` of whatever the file calls it; empty where that cannot be told."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self.imports.get(node.id, node.id), *reversed(parts)])

    def value(self, node: ast.AST | None, depth: int = 4) -> object:
        """A constant, or a list, tuple, set or dict of constants; `UNKNOWN` for all else."""
        if node is None or not depth:
            return UNKNOWN
        if isinstance(node, ast.Name) and node.id in self._constants:
            return self.value(self._constants[node.id], depth - 1)
        if isinstance(node, ast.Call):
            return self._called(node, depth - 1)
        try:
            return ast.literal_eval(node)  # raises for what is no constant
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return UNKNOWN

    def _called(self, node: ast.Call, depth: int) -> object:
        """`range(1, 5)`, `list(NAMES)`, `sorted(NAMES)`, `NAMES.keys()`: what choices are written with."""
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr == "keys" and not node.args:
            keyed = self._keys(function.value)
            return UNKNOWN if keyed is None else keyed
        if not isinstance(function, ast.Name) or node.keywords or not node.args:
            return UNKNOWN
        if function.id == "range":
            numbers = [self.value(each, depth) for each in node.args]
            bounds = [each for each in numbers if isinstance(each, int) and abs(each) < 10_000]
            whole = len(bounds) == len(numbers) <= 3 and 0 not in bounds[2:]
            return tuple(range(*bounds)) if whole else UNKNOWN
        if function.id in ("list", "sorted", "tuple", "set") and len(node.args) == 1:
            keyed = self._keys(node.args[0])
            return self.value(node.args[0], depth) if keyed is None else keyed
        return UNKNOWN

    def _keys(self, node: ast.expr) -> tuple[object, ...] | None:
        """Of a dict that is spelt out, whatever its values are."""
        if isinstance(node, ast.Name):
            node = self._constants.get(node.id, node)
        if not isinstance(node, ast.Dict):
            return None
        keys = tuple(each.value if isinstance(each, ast.Constant) else UNKNOWN for each in node.keys)
        return None if UNKNOWN in keys else keys

    def inside(self, node: ast.AST, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """What of these kinds is around the node, up to the function that it stands in."""
        while not isinstance(node := self.parents[node], Scope):
            if isinstance(node, kinds):
                yield node


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


@lru_cache(maxsize=256)
def tree_of(source: str) -> Tree | None:
    """None for what is no Python, or no sane one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(source)
        tree = Tree(module)
        return tree if len(tree.nodes) <= MAX_NODES else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None

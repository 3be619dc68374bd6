"""One call of argparse's `add_argument`, read from a script's source."""

from __future__ import annotations

import ast

from pytest_cloudlab.material.companions.interface import MANY, Parameter, Type
from pytest_cloudlab.material.companions.python_source import UNKNOWN, Tree, keyword

_VALUELESS = frozenset(
    {"store_true", "store_false", "store_const", "append_const", "count", "help", "version"}
)


class OpenEnded(Exception):
    """More may be declared than the file shows."""


def parameter(tree: Tree, call: ast.Call) -> Parameter:
    """What one call of `add_argument` declares. Raises `OpenEnded` where that cannot be read."""
    names = tuple(tree.value(each) for each in call.args)
    if not names or any(not isinstance(each, str) or not each for each in names):
        raise OpenEnded
    spelt = tuple(str(each) for each in names)
    if any(each.arg is None for each in call.keywords):
        raise OpenEnded
    option = spelt[0].startswith("-")
    action = _action(tree, call)
    if action.endswith("BooleanOptionalAction"):
        spelt += tuple(f"--no-{each[2:]}" for each in spelt if each.startswith("--"))
    least, most = _values(tree, call, action)
    dest = tree.value(keyword(call, "dest"))
    if not isinstance(dest, str):
        dest = next((each for each in spelt if each.startswith("--")), spelt[0]).lstrip("-").replace("-", "_")
    required = tree.value(keyword(call, "required")) is True if option else least > 0
    return Parameter(
        spelt, dest, least, most, required, *_choices(tree, call), _type(tree, call), _default(tree, call)
    )


def _action(tree: Tree, call: ast.Call) -> str:
    given = keyword(call, "action")
    if given is None:
        return "store"
    value = tree.value(given)
    return value if isinstance(value, str) else tree.full_name(given) or "?"


def _values(tree: Tree, call: ast.Call, action: str) -> tuple[int, int]:
    if action in _VALUELESS or action.endswith("BooleanOptionalAction"):
        return 0, 0
    given = keyword(call, "nargs")
    if given is None:
        return (1, 1) if action in ("store", "append", "extend") else (0, MANY)
    nargs = tree.value(given)
    if isinstance(nargs, int):
        return nargs, nargs
    if nargs in ("?", "*", "+"):
        return (1 if nargs == "+" else 0), (1 if nargs == "?" else MANY)
    if nargs is None:
        return 1, 1
    raise OpenEnded  # REMAINDER takes all that follows, and what nobody can tell may


def _choices(tree: Tree, call: ast.Call) -> tuple[tuple[str, ...] | None, bool]:
    """The choices, and whether their case is all the same."""
    values = tree.value(keyword(call, "choices"))
    converter = tree.full_name(given) if (given := keyword(call, "type")) is not None else "str"
    if not isinstance(values, list | tuple | set | dict) or not values:
        return None, False
    if converter not in ("str", "int", "float", "str.lower", "str.upper"):
        return None, False
    if any(not isinstance(each, str | int | float) for each in values):
        return None, False
    return tuple(str(each) for each in values), converter in ("str.lower", "str.upper")


def _type(tree: Tree, call: ast.Call) -> Type:
    given = keyword(call, "type")
    if isinstance(given, ast.Name) and given.id in ("int", "float") and given.id not in tree.functions:
        return "int" if given.id == "int" else "float"
    return ""


def _default(tree: Tree, call: ast.Call) -> str:
    given = keyword(call, "default")
    if isinstance(given, ast.Call) and tree.full_name(given.func).endswith("Path") and len(given.args) == 1:
        given = given.args[0]
    value = tree.value(given)
    return value if isinstance(value, str) and value is not UNKNOWN else ""

"""The options that a script declares with click's decorators, read from its source."""

from __future__ import annotations

import ast

from pytest_cloudlab.material.companions.interface import MANY, Interface, Parameter, Type
from pytest_cloudlab.material.companions.python_source import Function, Tree, keyword

_PASSING = frozenset({"click.pass_context", "click.pass_obj"})
_READY_MADE = {
    "click.version_option": "--version",
    "click.password_option": "--password",
    "click.confirmation_option": "--yes",
    "click.help_option": "--help",
}
_NUMBERS: dict[str, Type] = {"int": "int", "click.INT": "int", "float": "float", "click.FLOAT": "float"}


def click_interface(tree: Tree) -> Interface | None:
    """None for a script without click; open where there are groups, several commands, unknown decorators."""
    if not any(name == "click" or name.startswith("click.") for name in tree.imports.values()):
        return None
    commands = [
        node
        for node in tree.nodes
        if isinstance(node, Function)
        and any(_name(tree, decorator) == "click.command" for decorator in node.decorator_list)
    ]
    groups = any(
        isinstance(node, ast.Attribute) and node.attr in ("group", "add_command", "Group", "MultiCommand")
        for node in tree.nodes
    )
    if len(commands) != 1 or groups or not _is_called(tree, commands[0].name):
        return Interface(open=True)
    return _interface(tree, commands[0])


def _is_called(tree: Tree, name: str) -> bool:
    return any(isinstance(call.func, ast.Name) and call.func.id == name for call in tree.calls)


def _name(tree: Tree, decorator: ast.expr) -> str:
    return tree.full_name(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _interface(tree: Tree, function: Function) -> Interface:
    options = [Parameter(("--help",), "help", 0, 0)]
    positionals: list[Parameter] = []
    for decorator in function.decorator_list:
        name = _name(tree, decorator)
        if name in _PASSING:
            continue
        if name in _READY_MADE:
            given = _strings(tree, decorator.args) if isinstance(decorator, ast.Call) else ()
            most = 1 if name == "click.password_option" else 0
            options.append(
                Parameter(
                    tuple(each for each in given if each[0] == "-") or (_READY_MADE[name],), "", most, most
                )
            )
        elif name == "click.command":
            if isinstance(decorator, ast.Call) and any(
                each.arg in (None, "cls", "context_settings", "add_help_option")
                for each in decorator.keywords
            ):
                return Interface(open=True)
        elif name in ("click.option", "click.argument") and isinstance(decorator, ast.Call):
            found = _parameter(tree, decorator, is_option=name == "click.option")
            if found is None:
                return Interface(open=True)
            (options if name == "click.option" else positionals).append(found)
        else:
            return Interface(open=True)
    return Interface(tuple(options), tuple(positionals), abbreviates=False, dashed_values=True)


def _strings(tree: Tree, nodes: list[ast.expr]) -> tuple[str, ...]:
    return tuple(value for each in nodes if isinstance(value := tree.value(each), str) and value)


def _parameter(tree: Tree, call: ast.Call, *, is_option: bool) -> Parameter | None:
    declared = _strings(tree, call.args)
    if len(declared) != len(call.args) or not declared:
        return None
    if any(each.arg in (None, "cls", "callback", "shell_complete", "flag_value") for each in call.keywords):
        return None
    names, two_sided = split_names(declared)
    bare = [each for each in declared if not each.lstrip().startswith("-") and "/" not in each]
    dest = (bare or [max(names, key=len, default="")])[0].lstrip("-").replace("-", "_").lower()
    nargs = tree.value(keyword(call, "nargs"))
    count = nargs if isinstance(nargs, int) else 1
    if isinstance(given := keyword(call, "type"), ast.Tuple):
        count = len(given.elts)
    required = tree.value(keyword(call, "required"))
    spared = any(each.arg in ("default", "prompt", "envvar") for each in call.keywords)
    choices, folded = _choices(tree, call)
    if not is_option:
        needed = required is True or (required is not False and not spared and count >= 0)
        least, most = (int(needed), MANY) if count < 0 else (count if needed else 0, count)
        return Parameter((dest,), dest, least, most, needed, choices, folded, _type(tree, call))
    if not names or count < 0:
        return None
    if two_sided or any(tree.value(keyword(call, each)) is True for each in ("is_flag", "count")):
        count = 0
    needed = required is True and not spared
    default = tree.value(keyword(call, "default"))
    text = default if isinstance(default, str) else ""
    return Parameter(names, dest, count, count, needed, choices, folded, _type(tree, call), text)


def split_names(declared: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Names of an option, and whether it has a name for its opposite: `--shout/--whisper`."""
    names: list[str] = []
    two_sided = False
    for each in declared:
        if "/" in each:
            two_sided = True
            names += [side.strip() for side in each.split("/", 1) if side.strip()]
        elif each.startswith("-"):
            names.append(each)
    return tuple(names), two_sided


def _choices(tree: Tree, call: ast.Call) -> tuple[tuple[str, ...] | None, bool]:
    given = keyword(call, "type")
    if not isinstance(given, ast.Call) or tree.full_name(given.func) != "click.Choice":
        return None, False
    values = tree.value(given.args[0] if given.args else keyword(given, "choices"))
    folded = keyword(given, "case_sensitive")
    if not isinstance(values, list | tuple) or any(not isinstance(each, str) for each in values):
        return None, False
    return tuple(values), folded is not None and tree.value(folded) is not True


def _type(tree: Tree, call: ast.Call) -> Type:
    given = keyword(call, "type")
    if given is not None:
        return _NUMBERS.get(tree.full_name(given), "")
    default = tree.value(keyword(call, "default"))
    if isinstance(default, bool):
        return ""
    return "int" if isinstance(default, int) else "float" if isinstance(default, float) else ""

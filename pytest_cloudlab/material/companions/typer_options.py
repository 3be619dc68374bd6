"""The options that a script declares with typer's annotations, read from its source."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from pytest_cloudlab.material.companions.click_options import split_names
from pytest_cloudlab.material.companions.interface import MANY, Interface, Parameter, Type
from pytest_cloudlab.material.companions.python_source import Function, Tree, keyword

_PLAIN = frozenset({"int", "float", "str", "bool", "Path", "pathlib.Path"})
_ALWAYS = (
    Parameter(("--help",), "help", 0, 0),
    Parameter(("--install-completion",), "install_completion", 0, 0),
    Parameter(("--show-completion",), "show_completion", 0, 0),
)


class _Unclear(Exception):
    """Not as plain as what is understood here."""


def typer_interface(tree: Tree) -> Interface | None:
    """None for a script without typer; open where it has several commands, callbacks or types of its own."""
    if not any(name == "typer" or name.startswith("typer.") for name in tree.imports.values()):
        return None
    try:
        return _interface(tree, _command(tree))
    except _Unclear:
        return Interface(open=True)


def _command(tree: Tree) -> Function:
    """The function that `typer.run` runs, or an app's only command."""
    run = [call for call in tree.calls if tree.full_name(call.func) == "typer.run"]
    apps = [call for call in tree.calls if tree.full_name(call.func) == "typer.Typer"]
    if len(run) == 1 and not apps and len(run[0].args) == 1 and isinstance(run[0].args[0], ast.Name):
        if function := tree.functions.get(run[0].args[0].id):
            return function
    elif len(apps) == 1 and not run and isinstance(given := tree.parents[apps[0]], ast.Assign):
        if any(each.arg not in ("add_completion", "help", "rich_markup_mode") for each in apps[0].keywords):
            raise _Unclear
        app = given.targets[0].id if isinstance(given.targets[0], ast.Name) else ""
        uses = [
            node for node in tree.nodes
            if isinstance(node, ast.Name) and node.id == app and isinstance(node.ctx, ast.Load)
        ]  # fmt: skip
        commands = [tree.parents[tree.parents[node]] for node in uses if _is(tree.parents[node], "command")]
        started = [node for node in uses if isinstance(tree.parents[node], ast.Call)]
        if len(uses) == 2 and len(commands) == len(started) == 1:
            decorated = tree.parents.get(commands[0])
            if isinstance(decorated, Function) and commands[0] in decorated.decorator_list:
                return decorated
    raise _Unclear


def _is(node: ast.AST, attribute: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == attribute


@dataclass(frozen=True)
class _Hint:
    """What an annotation says."""

    type: str
    many: bool = False
    choices: tuple[str, ...] | None = None
    info: ast.Call | None = None


def _interface(tree: Tree, function: Function) -> Interface:
    arguments = function.args
    if arguments.vararg or arguments.kwarg or arguments.posonlyargs or len(function.decorator_list) > 1:
        raise _Unclear
    defaults: list[ast.expr | None] = [None] * (len(arguments.args) - len(arguments.defaults))
    pairs = list(zip(arguments.args, (*defaults, *arguments.defaults), strict=True))
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    options: list[Parameter] = list(_ALWAYS)
    positionals: list[Parameter] = []
    for argument, default in pairs:
        if argument.annotation is not None and tree.full_name(argument.annotation) == "typer.Context":
            continue
        found = _parameter(tree, argument, default)
        (options if found.names[0].startswith("-") else positionals).append(found)
    return Interface(tuple(options), tuple(positionals), abbreviates=False, dashed_values=True)


def _parameter(tree: Tree, argument: ast.arg, default: ast.expr | None) -> Parameter:
    hint = _hint(tree, argument.annotation)
    info, declared = hint.info, list(hint.info.args) if hint.info else []
    if isinstance(default, ast.Call) and tree.full_name(default.func) in ("typer.Option", "typer.Argument"):
        info, declared = default, list(default.args[1:])
        default = default.args[0] if default.args else keyword(default, "default")
        if isinstance(default, ast.Constant) and default.value is ...:
            default = None
    kind = tree.full_name(info.func) if info else "typer.Option" if default is not None else "typer.Argument"
    keywords = {each.arg for each in info.keywords} if info else set()
    if keywords & {
        None,
        "callback",
        "parser",
        "click_type",
        "default_factory",
        "is_flag",
        "flag_value",
        "cls",
    }:
        raise _Unclear
    needed = default is None and not keywords & {"envvar", "prompt"}
    type_: Type = "int" if hint.type == "int" else "float" if hint.type == "float" else ""
    folded = info is not None and tree.value(keyword(info, "case_sensitive")) is False
    if kind == "typer.Argument":
        if hint.type == "bool" or declared:
            raise _Unclear
        most = MANY if hint.many else 1
        names: tuple[str, ...] = (argument.arg,)
        return Parameter(names, argument.arg, int(needed), most, needed, hint.choices, folded, type_)
    given = [tree.value(each) for each in declared]
    if any(not isinstance(each, str) for each in given):
        raise _Unclear
    names, two_sided = split_names(tuple(str(each) for each in given))
    long = argument.arg.lower().replace("_", "-")
    if not names:
        names = (f"--{long}", f"--no-{long}") if hint.type == "bool" else (f"--{long}",)
    flag = hint.type == "bool" or two_sided or (info is not None and keyword(info, "count") is not None)
    value = tree.value(default)
    text = value if isinstance(value, str) else ""
    values = 0 if flag else 1
    return Parameter(names, argument.arg, values, values, needed, hint.choices, folded, type_, text)


def _hint(tree: Tree, annotation: ast.expr | None) -> _Hint:
    if annotation is None:
        return _Hint("str")
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        sides = [each for each in (annotation.left, annotation.right) if ast.unparse(each) != "None"]
        if len(sides) == 1:
            return _hint(tree, sides[0])
    if isinstance(annotation, ast.Subscript):
        outer = tree.full_name(annotation.value).removeprefix("typing.").removeprefix("typing_extensions.")
        if outer == "Optional":
            return _hint(tree, annotation.slice)
        if outer in ("list", "List"):
            return _Hint(_hint(tree, annotation.slice).type, many=True)
        if outer == "Annotated" and isinstance(annotation.slice, ast.Tuple):
            inner, *notes = annotation.slice.elts
            if len(notes) == 1 and isinstance(notes[0], ast.Call):
                hint = _hint(tree, inner)
                return _Hint(hint.type, hint.many, hint.choices, notes[0])
    name = tree.full_name(annotation)
    if name in _PLAIN:
        return _Hint(name)
    if (values := _members(tree, name)) is not None:
        return _Hint("str", choices=values)
    raise _Unclear


def _members(tree: Tree, name: str) -> tuple[str, ...] | None:
    """The values of an enumeration at the top of the file."""
    for node in tree.module.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            if not any(tree.full_name(base) in ("enum.Enum", "enum.StrEnum") for base in node.bases):
                return None
            values = [tree.value(each.value) for each in node.body if isinstance(each, ast.Assign)]
            strings = tuple(each for each in values if isinstance(each, str))
            return strings if strings and len(strings) == len(values) else None
    return None

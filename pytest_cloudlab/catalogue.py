"""A lab's checks, read from its modules without running them.

Reading the source rather than collecting it gives the whole catalogue even when a single test is run,
which `needs` must be checked against.
"""

from __future__ import annotations

import ast
import difflib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Check, Lab

MARKS = ("step", "outcome")
OTHER_MARKS = ("filterwarnings", "skip", "skipif", "timeout", "usefixtures")
KEYS = ("points", "needs", "holds", "acts")


def read_checks(lab: Lab) -> tuple[Check, ...]:
    """Every check of the lab, by step and then by their order in the module.

    Raises `UsageError` for a misspelt mark or key, a check without a step or a docstring, or two of
    the same name.
    """
    found: list[Check] = []
    for file in sorted(Path(lab.folder).glob("test_*.py")):
        found.extend(_read_module(file, lab))
    for check in found:
        if [other.name for other in found].count(check.name) > 1:
            raise UsageError(f"{lab.id}: two checks are called {check.name}", remedy="Rename one.")
    order = [step.number for step in lab.steps]
    return tuple(sorted(found, key=lambda check: order.index(check.step)))


def _read_module(file: Path, lab: Lab) -> Iterator[Check]:
    try:
        module = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise UsageError(f"{file}:{error.lineno}: {error.msg}", remedy="Mend the line.") from None
    common: dict[str, ast.Call] = {}
    for node in module.body:
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in node.targets):
            marks = node.value.elts if isinstance(node.value, ast.List) else [node.value]
            common.update(_marks(marks, file))
    for node in module.body:
        if isinstance(node, ast.AsyncFunctionDef | ast.ClassDef) and node.name.lower().startswith("test"):
            raise UsageError(
                f"{file}:{node.lineno}: {node.name} is no plain function",
                remedy="Write checks as `def test_…`.",
            )
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield _read_check(node, {**common, **_marks(node.decorator_list, file)}, file, lab)


def _marks(expressions: list[ast.expr], file: Path) -> dict[str, ast.Call]:
    """Mark name -> its call. Only literal marks are understood, which is what makes reading safe."""
    marks: dict[str, ast.Call] = {}
    for expression in expressions:
        call = expression if isinstance(expression, ast.Call) else ast.Call(expression, [], [])
        if not ast.unparse(call.func).startswith("pytest.mark."):
            continue
        name = ast.unparse(call.func).removeprefix("pytest.mark.")
        if name not in MARKS + OTHER_MARKS:
            raise UsageError(
                f"{file}:{expression.lineno}: unknown mark pytest.mark.{name}",
                remedy=_did_you_mean(name, MARKS) or f"A check has the marks {' and '.join(MARKS)}.",
            )
        marks[name] = call
    return marks


def _read_check(node: ast.FunctionDef, marks: dict[str, ast.Call], file: Path, lab: Lab) -> Check:
    where = f"{file}:{node.lineno}: {node.name}"
    step = _step(marks, where, lab)
    doc = inspect.cleandoc(ast.get_docstring(node) or "")
    if not doc:
        raise UsageError(
            f"{where}: has no docstring",
            remedy="Its first line is the outcome the student reads, the rest the hint.",
        )
    title, _, hint = doc.partition("\n")
    settings = _settings(marks.get("outcome"), where)
    return Check(
        name=node.name, title=title.strip().rstrip("."), hint=" ".join(hint.split()), step=step, **settings
    )


def _step(marks: dict[str, ast.Call], where: str, lab: Lab) -> str:
    numbers = [step.number for step in lab.steps]
    arguments = marks["step"].args if "step" in marks else []
    number = arguments[0].value if arguments and isinstance(arguments[0], ast.Constant) else None
    if number not in numbers:
        raise UsageError(
            f"{where}: its step is {number!r}, expected one of {', '.join(numbers)}",
            remedy='Add pytestmark = pytest.mark.step("…") to the module.',
        )
    return str(number)


def _settings(call: ast.Call | None, where: str) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for keyword in call.keywords if call else []:
        name = keyword.arg or "**"
        if name not in KEYS:
            raise UsageError(
                f"{where}: the mark outcome has no {name!r}, expected {', '.join(KEYS)}",
                remedy=_did_you_mean(name, KEYS) or "Remove it.",
            )
        try:
            settings[name] = ast.literal_eval(keyword.value)
        except ValueError:
            raise UsageError(
                f"{where}: {name} is not a plain value", remedy="Write it as a literal."
            ) from None
    if isinstance(settings.get("needs"), str):
        settings["needs"] = (settings["needs"],)
    settings["needs"] = tuple(settings.get("needs", ()))
    holds = settings.get("holds", "ever")
    points = settings.get("points", 1)
    if holds not in ("ever", "at_end"):
        raise UsageError(f"{where}: holds is {holds!r}, expected 'ever' or 'at_end'", remedy="Choose one.")
    if isinstance(points, bool) or not isinstance(points, int | float) or points < 0:
        raise UsageError(f"{where}: points is {points!r}, expected a number from 0 up", remedy="Mend it.")
    if not isinstance(settings.get("acts", False), bool):
        raise UsageError(f"{where}: acts is {settings['acts']!r}, expected True or False", remedy="Mend it.")
    return settings


def _did_you_mean(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else ""

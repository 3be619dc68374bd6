"""A lab's checks, read from its modules without running them.

Reading the source rather than collecting it gives the whole catalogue even when a single test is run,
which `needs` must be checked against.
"""

from __future__ import annotations

import ast
import difflib
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pytest_cloudlab.bounds import RULES, Bound, Rule, is_number
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Check, Lab, covers

MARKS = ("step", "outcome")
OTHER_MARKS = ("filterwarnings", "skip", "skipif", "timeout", "usefixtures")
KEYS = ("points", "needs", "holds", "acts", *RULES)


def read_checks(lab: Lab) -> tuple[Check, ...]:
    """Every check of the lab, by step and then by their order in the module; without what it leaves out.

    Raises `UsageError` for a misspelt mark or key, a check without a step or a docstring, two of the same
    name, a check or step left out that there is not, or a bound by a parameter that there is not.
    """
    found: list[Check] = []
    for file in sorted(Path(lab.source).glob("test_*.py")):
        found.extend(_read_module(file, lab))
    found = leave_out(found, lab)
    for check in found:
        if [other.name for other in found].count(check.name) > 1:
            raise UsageError(f"{lab.id}: two checks are called {check.name}", remedy="Rename one.")
    order = [step.number for step in lab.steps]
    return bound_to(sorted(found, key=lambda check: order.index(check.step)), lab)


def bound_to(checks: Sequence[Check], lab: Lab) -> tuple[Check, ...]:
    """The checks with the limits that the parameters of `lab` set. Raises `UsageError`."""
    return tuple(
        replace(check, bounds=tuple(_limited(bound, check, lab) for bound in check.bounds))
        if check.bounds
        else check
        for check in checks
    )


def _limited(bound: Bound, check: Check, lab: Lab) -> Bound:
    where = f"{lab.id}: {check.name}: {bound.rule}: {bound.value!r}"
    limit: Any = bound.limit
    if bound.parameter:
        if bound.parameter in lab.own.values():
            raise UsageError(
                f"{where}: {bound.parameter} is a parameter that members set themselves",
                remedy="Bind a value by what is the same for all.",
            )
        limit = lab.parameters
        for name in bound.parameter.split("."):
            if name not in getattr(limit, "__struct_fields__", ()):
                raise UsageError(
                    f"{where}: the lab has no parameter {bound.parameter!r}",
                    remedy="Write it as table.key, such as model.accuracy.",
                )
            limit = getattr(limit, name)
    if bound.rule != "equals" and not is_number(limit):
        raise UsageError(f"{where}: its limit is {limit!r}, expected a number", remedy="Mend the limit.")
    return replace(bound, limit=list(limit) if isinstance(limit, tuple) else limit)


def leave_out(checks: list[Check], lab: Lab) -> list[Check]:
    """Those of the base's `checks` that a variant has, needing nothing that it has not.

    Raises `UsageError` for a name that is no check and no step, and for an end that nothing is left to
    begin: who did nothing would have reached it.
    """
    left_out = set()
    for one in lab.leave_out:
        meant = {check.name for check in checks if check.name == one or covers(one, check.step)}
        if not meant:
            raise UsageError(
                f"{lab.folder}: leave_out: {lab.source} has no check and no checked step {one!r}",
                remedy=_did_you_mean(one, tuple(check.name for check in checks))
                or "Name test functions or step numbers.",
            )
        left_out |= meant
    kept = []
    for check in (check for check in checks if check.name not in left_out):
        needs = tuple(need for need in check.needs if need not in left_out)
        if check.holds == "at_end" and check.needs and not needs:
            raise UsageError(
                f"{lab.folder}: leave_out: {check.name} judges the end of what is left out: "
                + ", ".join(check.needs),
                remedy="Leave it out too.",
            )
        kept.append(replace(check, needs=needs))
    return kept


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
    left_out = isinstance(number, str) and any(covers(one, number) for one in lab.leave_out)
    if number not in numbers and not left_out:
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
    bounds = [bound for rule in RULES for bound in _bounds(rule, settings.pop(rule, {}), where)]
    settings["bounds"] = tuple(bounds)
    if not isinstance(settings.get("acts", False), bool):
        raise UsageError(f"{where}: acts is {settings['acts']!r}, expected True or False", remedy="Mend it.")
    return settings


def _bounds(rule: Rule, limits: Any, where: str) -> Iterator[Bound]:
    """`{"accuracy": "model.accuracy"}`, or with the limit itself: `{"files": 7}`."""
    if not isinstance(limits, dict) or not all(isinstance(value, str) for value in limits):
        raise UsageError(
            f"{where}: {rule} is {limits!r}, expected a table of measured values",
            remedy=f'Write it as {rule}={{"accuracy": "model.accuracy"}}.',
        )
    for value, limit in limits.items():
        parameter = limit if isinstance(limit, str) else ""
        yield Bound(value, rule, parameter, None if parameter else limit)


def _did_you_mean(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else ""

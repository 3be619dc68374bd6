"""The steps that a lab's checks name, and where; the modules are read, never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Named:
    number: str
    file: Path
    line: int
    column: int


def check_steps(folder: Path) -> Iterator[Named]:
    """Of `pytest.mark.step("1.1")`, on a module or a check. What does not parse names none."""
    for file in sorted(folder.glob("test_*.py")):
        try:
            if file.stat().st_size > MAX_BYTES:
                continue
            module = ast.parse(file.read_text("utf-8"))
        except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        for node in module.body:
            if isinstance(node, ast.FunctionDef):
                marks = node.decorator_list
            elif isinstance(node, ast.Assign) and any(
                getattr(target, "id", "") == "pytestmark" for target in node.targets
            ):
                marks = list(node.value.elts) if isinstance(node.value, ast.List) else [node.value]
            else:
                continue
            yield from _of(marks, file)


def _of(marks: list[ast.expr], file: Path) -> Iterator[Named]:
    for mark in marks:
        if not isinstance(mark, ast.Call) or ast.unparse(mark.func) != "pytest.mark.step":
            continue
        for argument in mark.args[:1]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield Named(argument.value, file, argument.lineno, argument.col_offset + 1)

"""How pytest collects a lab that has no modules of its own: its lab.toml is the module."""

from __future__ import annotations

from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import read_toml
from pytest_cloudlab.lab import load_lab
from pytest_cloudlab.model import Lab


def collect_variant(file: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A collector of the checks in a variant's `lab.toml`; None for a lab that has modules to collect.

    A file that cannot be read is an error of its collection."""
    try:
        # Of any other lab its own modules say what is wrong with it, once they are judged.
        if "base" not in read_toml(file):
            return None
        lab = load_lab(file.parent)
    except UsageError as error:
        broken: Broken = Broken.from_parent(parent, path=file)
        broken.why = str(error)
        return broken
    module: VariantModule = VariantModule.from_parent(parent, path=file)
    module.lab = lab
    return module


class VariantModule(pytest.Module):
    """The base's checks, but for those left out, and the base's fixtures, collected below the variant.

    So they have node ids of their own, and find the variant's folder as theirs. A variant with a
    conftest.py says there what it takes from its base's.
    """

    lab: Lab

    def _getobj(self) -> ModuleType:
        try:
            checks = {check.name for check in read_checks(self.lab)}
        except UsageError as error:
            raise self.CollectError(str(error)) from None
        base = Path(self.lab.base_folder)
        files = sorted(base.glob("test_*.py"))
        if not (self.path.parent / "conftest.py").exists() and (base / "conftest.py").exists():
            files.insert(0, base / "conftest.py")
        merged = ModuleType(self.path.stem)
        for file in files:
            # pytest's own way of importing a test module: with its assertions rewritten.
            module: ModuleType = pytest.Module.from_parent(self, path=file).obj
            marks = getattr(module, "pytestmark", [])
            for name, value in vars(module).items():
                if name.startswith("test_") and isinstance(value, FunctionType):
                    if name in checks:
                        setattr(merged, name, _marked(value, marks if isinstance(marks, list) else [marks]))
                elif not name.startswith(("__", "pytest")):
                    setattr(merged, name, value)
        return merged


class Broken(pytest.File):
    """A variant that is not as it has to be: an error of its collection."""

    why: str

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        raise self.CollectError(self.why)


def _marked(function: FunctionType, marks: list[Any]) -> FunctionType:
    """A copy of `function` that carries its module's marks too; the module's own stays as it is."""
    copy = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__dict__.update(vars(function), pytestmark=[*marks, *getattr(function, "pytestmark", [])])
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__annotations__ = function.__annotations__
    copy.__doc__, copy.__module__ = function.__doc__, function.__module__
    return copy

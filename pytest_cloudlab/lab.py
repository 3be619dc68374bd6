"""`lab.toml` and the folder around it, read into a `Lab`."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import re
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import convert, read_toml
from pytest_cloudlab.model import Choice, Lab, Step

FILE = "lab.toml"
GROUP = "pytest_cloudlab.labs"
"""Entry points of this group name the packages of third-party labs."""


class StepTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: str
    title: str
    see: str


class ChoiceTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    one_of: list[str]
    teammates: str = ""


class LabTables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every lab.toml has; every other table is the lab's own and goes into its `Parameters`."""

    title: str
    page: str
    step: list[StepTable]
    member: dict[str, ChoiceTable] = {}


class NoParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For a lab without a `parameters.py`: it has no tables of its own."""


def find_lab(name: str, *, beside: Path | None = None) -> Path:
    """The folder of the lab called `name`: one of this package, one that another package offers, or a
    folder with a `lab.toml`, relative to `beside` or to the current folder.

    A known name wins, so that no folder of that name can stand in for the lab. Raises `UsageError`
    listing the known labs when there is none.
    """
    known = known_labs()
    if name in known:
        return _folder_of(known[name])
    for folder in filter(None, (beside, Path())):
        if (folder / name / FILE).is_file():
            return (folder / name).resolve()
    near = difflib.get_close_matches(name, known, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    raise UsageError(
        f"there is no lab {name!r}.{meant}",
        remedy=f"Known labs: {', '.join(sorted(known))}; or give the path of a folder with a {FILE}.",
    )


def known_labs() -> dict[str, str]:
    """Lab name -> the package that holds it."""
    found = {point.name: point.value for point in entry_points(group=GROUP)}
    ours = _folder_of("pytest_cloudlab.checks")
    found.update(
        {file.parent.name: f"pytest_cloudlab.checks.{file.parent.name}" for file in ours.glob("*/" + FILE)}
    )
    return found


def load_lab(
    folder: Path, changes: Mapping[str, Any] | None = None, *, changed_by: Path | None = None
) -> Lab:
    """The lab in `folder`, with the parameters that a course's roster changes.

    `changes` has the shape of `lab.toml`'s own tables, e.g. `{"names": {"image": "…"}}`, and comes
    from the file `changed_by`.

    Raises `UsageError` naming file and key when something is not as it must be.
    """
    file = folder / FILE
    tables = read_toml(file)
    own = {key: value for key, value in tables.items() if key not in LabTables.__struct_fields__}
    common = convert({k: v for k, v in tables.items() if k not in own}, LabTables, file=file)
    steps = tuple(Step(step.number, step.title, step.see) for step in common.step)
    numbers = [step.number for step in steps]
    for number in numbers:
        if numbers.count(number) > 1:
            raise UsageError(
                f"{file}: step: number {number!r} is given twice", remedy="Number each step once."
            )
    choices = tuple(Choice(key, tuple(table.one_of), table.teammates) for key, table in common.member.items())
    for choice in choices:
        if choice.teammates and choice.teammates not in common.member:
            raise UsageError(
                f"{file}: member.{choice.key}.teammates: found {choice.teammates!r}, expected one of "
                + ", ".join(common.member),
                remedy="Name another key that members choose.",
            )
    parameters = convert(own, parameters_type(folder), file=file)
    if changes and changed_by:
        merged = _merge(own, changes)
        parameters = convert(merged, parameters_type(folder), file=changed_by, at="parameters")
    return Lab(
        id=folder.name,
        title=common.title,
        page=common.page,
        steps=steps,
        choices=choices,
        parameters=parameters,
        folder=str(folder),
    )


def parameters_type(folder: Path) -> type[Any]:
    """The `Parameters` that the lab's own `parameters.py` declares."""
    if not (folder / "parameters.py").is_file():
        return NoParameters
    declared: type[Any] = lab_module(folder, "parameters").Parameters
    return declared


def lab_module(folder: Path, name: str) -> ModuleType:
    """A module that stands beside the lab's checks, such as its `parameters` or its `walkthrough`."""
    for package in known_labs().values():
        if _folder_of(package) == folder:
            return importlib.import_module(f"{package}.{name}")
    if not (folder / f"{name}.py").is_file():
        raise UsageError(f"{folder}: there is no {name}.py", remedy="This lab has none; write it.")
    alias = re.sub(r"\W", "_", f"cloudlab_lab_{folder}_{name}")
    spec = importlib.util.spec_from_file_location(alias, folder / f"{name}.py")
    assert spec is not None  # a .py file always has one, and a loader
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(
            f"the package {package!r} is not installed", remedy="Install it, or correct its entry point."
        )
    return Path(next(iter(spec.submodule_search_locations))).resolve()

"""`lab.toml` and the folder around it, read into a `Lab`."""

from __future__ import annotations

import difflib
import functools
import importlib
import importlib.util
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import convert
from pytest_cloudlab.lab_tables import LabTables, MemberKeyTable, NoParameters
from pytest_cloudlab.model import Choice, Lab, Member, Step, covers
from pytest_cloudlab.variant import FILE, merge, read_layers

GROUP = "pytest_cloudlab.labs"
"""Entry points of this group name the packages of third-party labs."""


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
    found = dict(offered_labs())
    ours = _folder_of("pytest_cloudlab.checks")
    folders = [file.parent for file in ours.glob("*/" + FILE)]
    found.update({lab_id(folder): f"pytest_cloudlab.checks.{folder.name}" for folder in folders})
    return found


@functools.cache
def offered_labs() -> Mapping[str, str]:
    """Those of other packages, as of the first call: looking reads a file of every installed package."""
    return {point.name: point.value for point in entry_points(group=GROUP)}


def lab_folders(folder: Path) -> tuple[Path, ...]:
    """Those that the lab in `folder` is read from: its own, and of a variant those of its bases.

    Raises `UsageError` as `load_lab` does.
    """
    return read_layers(folder, lambda name, beside: find_lab(name, beside=beside)).folders


def load_lab(
    folder: Path, changes: Mapping[str, Any] | None = None, *, changed_by: Path | None = None
) -> Lab:
    """The lab in `folder`, with the parameters that a course's roster changes.

    `changes` has the shape of `lab.toml`'s own tables, e.g. `{"names": {"image": "…"}}`, and comes
    from the file `changed_by`.

    Raises `UsageError` naming file and key when something is not as it must be.
    """
    file = folder / FILE
    layers = read_layers(folder, lambda name, beside: find_lab(name, beside=beside))
    tables, source = layers.tables, layers.source
    own = {key: value for key, value in tables.items() if key not in LabTables.__struct_fields__}
    common = convert({k: v for k, v in tables.items() if k not in own}, LabTables, file=file)
    numbers = [step.number for step in common.step]
    for number in numbers:
        if numbers.count(number) > 1:
            raise UsageError(
                f"{file}: step: number {number!r} is given twice", remedy="Number each step once."
            )
    lab = Lab(
        id=lab_id(folder),
        title=common.title,
        page=common.page,
        steps=tuple(
            Step(step.number, step.title, step.see)
            for step in common.step
            if not any(covers(left_out, step.number) for left_out in layers.leave_out)
        ),
        choices=_choices(common.member, file),
        parameters=convert(own, parameters_type(source), file=file),
        folder=str(folder),
        leaves={kind: tuple(paths) for kind, paths in msgspec.structs.asdict(common.leaves).items() if paths},
        own={key: table.parameter for key, table in common.member.items() if table.parameter},
        base_folder="" if source == folder else str(source),
        leave_out=layers.leave_out,
        needs=common.needs.read(),
    )
    for key, path in lab.own.items():
        table, _, name = path.partition(".")
        if name not in getattr(getattr(lab.parameters, table, None), "__struct_fields__", ()):
            raise UsageError(
                f"{file}: member.{key}.parameter: the lab has no parameter {path!r}",
                remedy="Write it as table.key, such as ports.web.",
            )
    return with_parameters(lab, changes, changed_by=changed_by) if changes and changed_by else lab


def with_parameters(lab: Lab, changes: Mapping[str, Any], *, changed_by: Path, at: str = "parameters") -> Lab:
    """`lab` with some parameters changed: `{"names": {"image": "…"}}`, from the key `at` of `changed_by`."""
    merged = merge(msgspec.to_builtins(lab.parameters), changes)
    return replace(lab, parameters=convert(merged, type(lab.parameters), file=changed_by, at=at))


def lab_of(lab: Lab, member: Member, *, said_by: Path = Path("the roster"), at: str = "member") -> Lab:
    """`lab` as it is for `member`: with the parameters that are the member's own."""
    changes: dict[str, Any] = {}
    for key, value in member.own.items():
        table, _, name = lab.own[key].partition(".")
        changes = merge(changes, {table: {name: value}})
    return with_parameters(lab, changes, changed_by=said_by, at=at) if changes else lab


def lab_id(folder: Path) -> str:
    """What a lab is called: its folder's name, which is a package's perhaps, with hyphens."""
    return folder.name.replace("_", "-")


def _choices(tables: Mapping[str, MemberKeyTable], file: Path) -> tuple[Choice, ...]:
    for key, table in tables.items():
        if bool(table.one_of) == bool(table.parameter):
            raise UsageError(
                f"{file}: member.{key}: expected either one_of or parameter",
                remedy="one_of for what every member chooses, parameter for what a member may set.",
            )
        if table.teammates and not (table.teammates in tables and tables[table.teammates].one_of):
            raise UsageError(
                f"{file}: member.{key}.teammates: found {table.teammates!r}, expected one of "
                + ", ".join(key for key, other in tables.items() if other.one_of),
                remedy="Name another key that members choose.",
            )
    return tuple(
        Choice(key, tuple(table.one_of), table.teammates) for key, table in tables.items() if table.one_of
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
    sys.modules[alias] = module  # where dataclasses look for the names of their annotations
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[alias]
        raise
    return module


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(
            f"the package {package!r} is not installed", remedy="Install it, or correct its entry point."
        )
    return Path(next(iter(spec.submodule_search_locations))).resolve()

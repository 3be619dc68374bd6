"""A lab that is another one with some of its tables changed and some of its checks left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import convert, read_toml

FILE = "lab.toml"
CODE = ("test_*.py", "parameters.py", "walkthrough.py")
"""What a variant takes from its base."""


class VariantKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    base: str
    """The lab it is a variant of: a known name, or a folder relative to the one the variant stands in."""
    leave_out: list[str] = []
    """Names of checks, and numbers of steps; a number stands for its parts too."""


@dataclass(frozen=True)
class Layers:
    """What a lab.toml says once its bases' tables are laid under its own."""

    tables: dict[str, Any]
    """Without the keys that make a variant."""
    source: Path
    """The folder of the lab whose code it is: of itself, where it is no variant."""
    folders: tuple[Path, ...]
    """Its own, and those of its bases, each behind the one that is a variant of it."""
    leave_out: tuple[str, ...] = ()


def read_layers(folder: Path, find: Callable[[str, Path], Path], *, above: tuple[Path, ...] = ()) -> Layers:
    """The layers of the lab in `folder`; `find` gives the folder of a lab by its name and where it is named.

    Raises `UsageError` for a base that there is not, or that leads back to the lab itself, for a variant
    with code of its own, and for `leave_out` without a base.
    """
    file = folder / FILE
    tables = read_toml(file)
    own = {key: tables.pop(key) for key in VariantKeys.__struct_fields__ if key in tables}
    if not own:
        return Layers(tables, folder, (folder,))
    keys = convert(own, VariantKeys, file=file)
    chain = (*above, folder.resolve())
    code = sorted(found.name for pattern in CODE for found in folder.glob(pattern))
    if code:
        raise UsageError(
            f"{folder}: a variant takes its code from its base, {keys.base!r}, and has {', '.join(code)}",
            remedy="Remove the file, or make it a lab of its own: without `base`.",
        )
    try:
        base_folder = find(keys.base, folder.parent)
    except UsageError as error:
        raise UsageError(f"{file}: base: {error.message}", remedy=error.remedy) from None
    if base_folder in chain:
        circle = [*chain[chain.index(base_folder) :], base_folder]
        raise UsageError(
            f"{file}: base: labs that are variants of each other: " + " -> ".join(one.name for one in circle),
            remedy="One of them has to be a lab of its own.",
        )
    base = read_layers(base_folder, find, above=chain)
    left_out = tuple(dict.fromkeys((*base.leave_out, *keys.leave_out)))
    return Layers(merge(base.tables, tables), base.source, (folder, *base.folders), left_out)


def merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Table by table; whatever is no table, a list too, is replaced.

    >>> merge({"ports": {"web": 1, "ssh": 22}}, {"ports": {"web": 2}})
    {'ports': {'web': 2, 'ssh': 22}}
    """
    merged = dict(base)
    for key, value in changes.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged

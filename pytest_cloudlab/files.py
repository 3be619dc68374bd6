"""TOML files into typed data, with errors that name the file, the key, what was found and expected."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from pytest_cloudlab.errors import UsageError

T = TypeVar("T")

MAX_BYTES = 8 << 20
"""A roster of ten thousand people stays below; a file above is not one that is written by hand or by us."""

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
"""Safe in file names, image names, instance names, labels and commands."""


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises `UsageError` when it cannot be read or is not TOML."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path}: larger than {MAX_BYTES} bytes", remedy="Is it the right file?")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file", remedy="Check the path.") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})", remedy="Check the path.") from None
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path}: not UTF-8 at byte {error.start}", remedy="Save the file as UTF-8."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}", remedy="Mend the line it names.") from None


def convert(tables: Mapping[str, Any], into: type[T], *, file: Path, at: str = "") -> T:
    """`tables` as an `into` (a msgspec Struct). Raises `UsageError` naming the key, e.g.

    `teams.toml: team[0].member[1].id: expected str, found 7`
    """
    try:
        return msgspec.convert(tables, into, strict=True)
    except msgspec.ValidationError as error:
        problem, _, where = str(error).partition(" - at ")
        path = where.strip("`").removeprefix("$").lstrip(".")
        if error.__cause__ is not None:  # what a table says of itself, in its own words
            found = ""
        else:
            found = _found(tables, path) if problem.startswith("Expected") else _known(into, path)
        key = ".".join(part for part in (at, path) if part) or "the file"
        expected = re.sub(r", got `\w+`", "", problem).replace("`", "")
        message = f"{file}: {key}: {expected[0].lower()}{expected[1:]}"
        raise UsageError(message + found, remedy="Mend the key; nothing was read.") from None


def require_slug(value: str, *, file: Path, key: str) -> str:
    """`value` if it is a slug. Raises `UsageError` saying what a slug is."""
    if not SLUG.fullmatch(value):
        raise UsageError(
            f"{file}: {key}: found {_short(value)}, expected a short name of a-z, 0-9 and inner hyphens",
            remedy="It becomes part of file names, image names and commands. Write free text into `name`.",
        )
    return value


def _found(tables: Any, path: str) -> str:
    for part in re.findall(r"\[(\d+)\]|([^.\[\]]+)", path):
        index, key = part
        try:
            tables = tables[int(index)] if index else tables[key]
        except (KeyError, IndexError, TypeError):
            return ""
    return f", found {_short(tables)}"


def _known(into: Any, path: str) -> str:
    """The keys that may stand at `path`, for an error about one that may not."""
    node: Any = msgspec.inspect.type_info(into)
    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(node, msgspec.inspect.StructType):
            node = next((field.type for field in node.fields if field.encode_name == part), None)
        elif isinstance(node, msgspec.inspect.DictType):
            node = node.value_type
        elif isinstance(node, msgspec.inspect.ListType):
            node = node.item_type
    if not isinstance(node, msgspec.inspect.StructType):
        return ""
    return ", expected one of " + ", ".join(field.encode_name for field in node.fields)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

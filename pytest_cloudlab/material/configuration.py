"""Finds a course from a path and reads its settings."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import convert, read_toml
from pytest_cloudlab.material.day import require_day
from pytest_cloudlab.material.settings import Settings

PYPROJECT, OURS = "pyproject.toml", "cloudlab.toml"
MKDOCS = ("mkdocs.yml", "mkdocs.yaml")
TABLE = "material"
HELP = "cloudlab gate --rules lists them."


@dataclass(frozen=True)
class Configuration:
    root: Path
    """The course's folder, absolute."""
    settings: Settings
    file: Path | None = None
    """Where the settings stand; None where nobody wrote any."""
    focus: str = ""
    """Path from `root` of the folder or page that is asked about; empty for the root itself."""

    @property
    def where(self) -> str:
        """The settings' table, for messages."""
        if self.file is None:
            return "the settings"
        return f"{self.file}: {_at(self.file)}"


def read_configuration(path: Path) -> Configuration:
    """The course that `path`, a folder or a page, is part of. Raises `UsageError` naming file and key."""
    if not path.exists():
        raise UsageError(f"{path}: there is no such folder or page", remedy="Check the path.")
    path = path.resolve()
    start = path if path.is_dir() else path.parent
    for folder in _upwards(start):
        tables = [(file, table) for file in (folder / PYPROJECT, folder / OURS)
                  if (table := _table(file)) is not None]  # fmt: skip
        if len(tables) > 1:
            raise UsageError(
                f"{folder}: the settings stand in {PYPROJECT} and in {OURS}, expected one of the two",
                remedy=f"Move all to [tool.cloudlab.{TABLE}] of {PYPROJECT}, or all to [{TABLE}] of {OURS}.",
            )
        for file, table in tables:
            require_day(table, "session", file, _at(file))
            settings = convert(table, Settings, file=file, at=_at(file))
            _require_reasons(settings, file)
            return Configuration(folder, settings, file, _below(folder, path))
    return _without_file(path, start)


def top_of(folder: Path) -> Path:
    """The top of the repository that `folder` is in; itself where it is in none."""
    top = list(_upwards(folder))[-1]
    return top if (top / ".git").exists() else folder


def require_rules(configuration: Configuration, known: Iterable[str]) -> None:
    """Raises `UsageError` for a disabled rule that there is not."""
    ids = list(known)
    for index, entry in enumerate(configuration.settings.disabled):
        require_rule(entry.rule, ids, f"{configuration.where}.disabled[{index}].rule")


def require_rule(rule: str, known: Iterable[str], named_in: str) -> None:
    """Raises `UsageError` with what may have been meant, unless `rule` is one of `known`."""
    ids = list(known)
    if rule not in ids:
        near = difflib.get_close_matches(rule, ids, 1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"{named_in}: there is no rule {rule!r}.{meant}", remedy=HELP)


def _upwards(start: Path) -> Iterator[Path]:
    """`start` and the folders above it, up to the repository's top."""
    for folder in (start, *start.parents):
        yield folder
        if (folder / ".git").exists():
            return


def _at(file: Path) -> str:
    return f"tool.cloudlab.{TABLE}" if file.name == PYPROJECT else TABLE


def _table(file: Path) -> dict[str, Any] | None:
    """The settings' table of `file`; None where it has none. cloudlab.toml may be a roster alone."""
    if not file.is_file():
        return None
    tables: Any = read_toml(file)
    if file.name == PYPROJECT:
        tables = tables.get("tool", {}).get("cloudlab", {})
        if isinstance(tables, dict):
            for key in difflib.get_close_matches(TABLE, tables, 1, 0.7):
                if key != TABLE:
                    raise UsageError(
                        f"{file}: tool.cloudlab.{key}: found {key!r}, expected {TABLE!r}",
                        remedy="Mend the key; nothing was read.",
                    )
    found = tables.get(TABLE) if isinstance(tables, dict) else None
    if found is not None and not isinstance(found, dict):
        raise UsageError(
            f"{file}: {_at(file)}: expected a table, found {found!r}",
            remedy=f"Write it as [{_at(file)}] with keys below it.",
        )
    return found


def _require_reasons(settings: Settings, file: Path) -> None:
    for index, entry in enumerate(settings.disabled):
        if not entry.reason.strip():
            raise UsageError(
                f"{file}: {_at(file)}.disabled[{index}].reason: found an empty one, "
                f"expected why {entry.rule!r} is not asked",
                remedy="Write the reason for whoever reads the file in a year.",
            )


def _without_file(path: Path, start: Path) -> Configuration:
    """Where mkdocs.yml stands, else the repository's top; without either, the folder itself."""
    above = list(_upwards(start))
    for root in above:
        for name in MKDOCS:
            if (root / name).is_file():
                return Configuration(root, Settings(mkdocs=name), None, _below(root, path))
    usual = Settings()
    if (above[-1] / ".git").exists():
        root = above[-1]
    else:
        root = next((one for one in above[:2] if (one / usual.docs).is_dir()), start)
    if path == root or path.is_relative_to(root / usual.docs):
        return Configuration(root, usual, None, _below(root, path))
    return Configuration(root, Settings(docs=_below(root, start) or "."), None, _below(root, path))


def _below(root: Path, path: Path) -> str:
    return "" if path == root else path.relative_to(root).as_posix()

"""What a companion repository holds, and what it does not hold but may yet."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from enum import Enum
from functools import cached_property, lru_cache

from pytest_cloudlab.material.companions.companion import Companion
from pytest_cloudlab.material.companions.suggestion import NearPaths
from pytest_cloudlab.material.names.nearness import near

_OF_SOURCE = """
    .py .ipynb .sh .bash .md .rst .toml .cfg .ini .yml .yaml .js .ts .jsx .tsx .html .css .sql .r .jl .java
    .c .cpp .h .hpp .go .rs .tf .j2 .jinja .jinja2 .dockerfile .kt .scala .rb .php .pl .cs .vue .service
"""
_SOURCE = frozenset(_OF_SOURCE.split())
_SOURCE_NAME = re.compile(
    r"(?:.*\.)?dockerfile(?:\..*)?\Z|makefile\Z|gnumakefile\Z|(?:.*[-_])?requirements[\w.-]*\.txt\Z"
    r"|(?:docker-)?compose[\w.-]*\.ya?ml\Z|procfile\Z|vagrantfile\Z|jenkinsfile\Z",
    re.IGNORECASE,
)
_SUBMODULE = re.compile(r"^\s*path\s*=\s*(\S.*?)\s*$", re.MULTILINE)
MAX_PATTERNS = 500


class Presence(Enum):
    THERE = "there"
    MISSING = "missing"
    UNKNOWN = "unknown"
    """In a submodule, behind a symbolic link, or left out of git on purpose."""


class Shelf:
    """Paths are from the repository's folder; the empty one is that folder."""

    def __init__(self, companion: Companion) -> None:
        self._companion = companion

    def presence(self, path: str, *, folder: bool = False) -> Presence:
        """`folder`: whether only a folder will do."""
        files, folders = self._companion.files, self._companion.folders
        if path in ("", ".") or path in folders or (path in files and not folder):
            return Presence.THERE
        above = path
        while (above := posixpath.dirname(above)).strip("/"):
            if above in files:
                return Presence.UNKNOWN
        if path in files and self._may_be_a_link(path):
            return Presence.UNKNOWN
        if self._is_ignored(path) or any(
            path == each or path.startswith(f"{each}/") for each in self._submodules
        ):
            return Presence.UNKNOWN
        return Presence.MISSING

    def missing_parts(self, path: str) -> tuple[str, ...]:
        """Names on the path that are not there: from the first one that is not, on."""
        parts = path.split("/")
        for index in range(len(parts)):
            above = "/".join(parts[: index + 1])
            if above not in self._companion.folders and above not in self._companion.files:
                return tuple(parts[index:])
        return ()

    def _may_be_a_link(self, path: str) -> bool:
        """Links to folders are files to git; so are the clones within a repository."""
        return (self._companion.folder / path).is_dir()

    @cached_property
    def _submodules(self) -> tuple[str, ...]:
        text = self._companion.text(".gitmodules") or ""
        return tuple(_SUBMODULE.findall(text)[:MAX_PATTERNS])

    @cached_property
    def _ignored(self) -> re.Pattern[str] | None:
        text = self._companion.text(".gitignore") or ""
        lines = [line.strip() for line in text.split("\n")]
        patterns = [line.strip("/") for line in lines if line and line[0] not in "#!" and len(line) < 200]
        if not patterns:
            return None
        return re.compile("|".join(fnmatch.translate(pattern) for pattern in patterns[:MAX_PATTERNS]))

    def _is_ignored(self, path: str) -> bool:
        ignored = self._ignored
        if ignored is None:
            return False
        parts = path.split("/")[:20]
        wholes = ["/".join(parts[: index + 1]) for index in range(len(parts))]
        return any(ignored.match(each) for each in (*parts, *wholes))

    def ending_in(self, path: str) -> tuple[str, ...]:
        """Files and folders of which `path` is the end, wherever they are."""
        end = f"/{path}"
        return tuple(
            each for each in self._by_name.get(posixpath.basename(path), ()) if f"/{each}".endswith(end)
        )

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for each in sorted(self._companion.files | self._companion.folders):
            found.setdefault(posixpath.basename(each), []).append(each)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def _by_folder(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for each in sorted(self._companion.files | self._companion.folders):
            found.setdefault(posixpath.dirname(each), []).append(each)
        return {name: tuple(paths) for name, paths in found.items()}

    def slip(self, path: str, *, folder: bool = False) -> str:
        """The one path that `path` is a slip of the pen of: a letter, or upper case for lower; else empty."""
        done = ""
        parts = path.split("/")
        for index, part in enumerate(parts):
            whole = posixpath.join(done, part)
            beside = self._by_folder.get(done, ())
            if whole not in beside:
                last = index == len(parts) - 1
                alike = [each for each in beside if _alike(part, posixpath.basename(each))]
                if not last or folder:
                    alike = [each for each in alike if each in self._companion.folders]
                if len(alike) != 1:
                    return ""
                whole = alike[0]
            done = whole
        return done if done != path else ""

    def meant(self, path: str, asker: str) -> str:
        """What may have been meant by a path that is not there: the same name elsewhere, or one alike."""
        return self.slip(path) or self._near.path(path, asker, close=0.6)

    @cached_property
    def _near(self) -> NearPaths:
        return NearPaths(self._companion.files)

    def is_folder(self, path: str) -> bool:
        return path in self._companion.folders


def _alike(one: str, other: str) -> bool:
    if one.casefold() == other.casefold():
        return True
    stem, suffix = posixpath.splitext(one)
    other_stem, other_suffix = posixpath.splitext(other)
    if {suffix, other_suffix} == {".yml", ".yaml"}:
        return stem == other_stem
    return suffix == other_suffix and near(stem, other_stem)


def is_source(path: str) -> bool:
    """Whether it is kept in git as a rule: code and settings, as opposed to data, models and pictures."""
    name = posixpath.basename(path)
    return posixpath.splitext(name)[1].lower() in _SOURCE or _SOURCE_NAME.match(name[:200]) is not None


@lru_cache(maxsize=64)
def shelf_of(companion: Companion) -> Shelf:
    return Shelf(companion)

"""The labs that judge what the pages teach, as their files say it: no code of a lab is run."""

from __future__ import annotations

import difflib
import os.path
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import convert
from pytest_cloudlab.lab import find_lab, lab_id
from pytest_cloudlab.lab_tables import LabTables, StepTable
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.labs.toml_lines import Keys, key_lines
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.model import covers
from pytest_cloudlab.variant import FILE, read_layers

LONGEST = 200
"""Anchors beyond are not compared with what may have been meant."""
_READ: WeakKeyDictionary[Course, tuple[Taught, ...]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Taught:
    """A lab, the page that teaches it, and where in its files what is said."""

    id: str
    tables: Mapping[str, Any]
    """Of its lab.toml, its bases' under its own."""
    common: LabTables
    source: Path
    """The folder of its checks."""
    left_out: tuple[str, ...]
    page: Page | None
    """None when its page is not in the material."""
    _files: tuple[tuple[str, Mapping[Keys, tuple[int, int]]], ...]
    """Path from the course's folder, and its keys' lines: of its own lab.toml, then of its bases'."""

    @property
    def steps(self) -> tuple[StepTable, ...]:
        return tuple(step for step in self.common.step if not self.leaves_out(step.number))

    def leaves_out(self, number: str) -> bool:
        return any(covers(one, number) for one in self.left_out)

    def place(self, *path: str | int) -> Place:
        """Where the key stands that counts; else the array or table around it; else the first line."""
        for length in range(len(path), 0, -1):
            for file, lines in self._files:
                # An array of tables is replaced as a whole: its keys are those of one file.
                if path[0] == "step" and ("step", 0) not in lines:
                    continue
                if path[:length] in lines:
                    line, column = lines[path[:length]]
                    return Place(file, line, column)
        return Place(self._files[0][0], 1)

    def step_place(self, number: str, key: str) -> Place:
        index = next(index for index, step in enumerate(self.common.step) if step.number == number)
        return self.place("step", index, key)


def labs_of(course: Course) -> tuple[Taught, ...]:
    """Those that the settings name. Raises `UsageError` for one that there is not, or that does not read."""
    if course not in _READ:
        _READ[course] = tuple(_read(course, name) for name in course.settings.labs)
    return _READ[course]


def _read(course: Course, name: str) -> Taught:
    try:
        folder = find_lab(name, beside=course.root)
    except UsageError as error:
        raise UsageError(f"labs: {error.message}", remedy=error.remedy) from None
    layers = read_layers(folder, lambda base, beside: find_lab(base, beside=beside))
    common = convert(
        {key: value for key, value in layers.tables.items() if key in LabTables.__struct_fields__},
        LabTables,
        file=folder / FILE,
    )
    page = course.site.page_of(common.page)
    files = [each / FILE for each in layers.folders]
    lines = tuple((_shown(file, course.root), key_lines(file.read_text("utf-8"))) for file in files)
    return Taught(
        lab_id(folder),
        layers.tables,
        common,
        layers.source,
        layers.leave_out,
        course.pages.get(page) if page else None,
        lines,
    )


def _shown(file: Path, root: Path) -> str:
    return Path(os.path.relpath(file, root)).as_posix()


def place_of(course: Course, file: Path, line: int, column: int) -> Place:
    """In a file of a lab, which need not be in the course's folder."""
    return Place(_shown(file, course.root), line, column)


def anchor_of(see: str) -> str:
    return unquote(see.partition("#")[2])


def meant_anchor(page: Page, anchor: str) -> str:
    """The heading's anchor that is most like `anchor`; empty when none is."""
    slugs = [heading.slug for heading in page.headings if len(heading.slug) <= LONGEST]
    near = difflib.get_close_matches(anchor[:LONGEST], slugs, n=1, cutoff=0.7)
    if near:
        return near[0]
    # A renumbered or shortened heading: all words of one are in the other, and no other heading has them.
    words = set(anchor.split("-")) - _SMALL
    fitting = [slug for slug in slugs if _same_words(words, set(slug.split("-")) - _SMALL)]
    return fitting[0] if len(fitting) == 1 else ""


_SMALL = frozenset({"a", "an", "and", "in", "of", "on", "the", "to", "your"}) | set(map(str, range(100)))


def _same_words(one: set[str], other: set[str]) -> bool:
    return bool(one and other) and (one <= other or other <= one)

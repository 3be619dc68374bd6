"""Courses for the tests of rules, ours and third parties'."""

from __future__ import annotations

import datetime
import shutil
import tempfile
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.reading import read_course
from pytest_cloudlab.material.settings import Settings

TODAY = datetime.date(2026, 1, 15)
COMPANION = "companion"
"""Folder of the companion repository's files in the course."""


def page_of(text: str, path: str = "docs/page.md", markup: Markup | None = None) -> Page:
    return Page(path, text, markup or Markup.of())


def course_of(
    files: Mapping[str, str | bytes],
    *,
    companion: Mapping[str, str | bytes] | None = None,
    root: Path | None = None,
    today: datetime.date = TODAY,
    scheduled: bool = False,
    touched: Mapping[str, frozenset[int]] | None = None,
    **settings: Any,
) -> Course:
    """A course of these files, in `root` or in a folder of its own that goes with the course.

    `settings` are those of `Settings`; unless they say otherwise, students have `companion` as `app`.

    >>> course = course_of({"docs/a.md": "# A"}, companion={"train.py": "print()"}, site_url="https://a.test/")
    >>> course.pages["docs/a.md"].headings[0].slug
    'a'
    >>> course.companions[0].files
    frozenset({'train.py'})
    """
    folder = root or Path(tempfile.mkdtemp(prefix="course-"))
    kept = None if root else _Kept(folder)  # from the start: what is no course leaves no folder either
    for path, content in files.items():
        _write(folder / path, content)
    if companion is not None:
        for path, content in companion.items():
            _write(folder / COMPANION / path, content)
        settings.setdefault("companions", [{"path": COMPANION, "checkout": ["app"]}])
    course = read_course(
        folder, msgspec.convert(settings, Settings), today=today, scheduled=scheduled, touched=touched
    )
    for each in (course, *course.companions):
        object.__setattr__(each, "_kept", kept)
    return course


class _Kept:
    """A folder that goes with the last of those who hold this."""

    def __init__(self, folder: Path) -> None:
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))

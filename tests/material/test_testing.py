"""Courses for the tests of rules."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path

import msgspec
import pytest

from pytest_cloudlab.material.testing import course_of, page_of


def test_a_course_of_a_few_files() -> None:
    """Is read as any other."""
    course = course_of({"docs/a.md": "# A\n", "docs/b.png": b"\x89"}, companion={"x/train.py": "pass\n"})
    assert list(course.pages) == ["docs/a.md"]
    assert course.pages["docs/a.md"].headings[0].slug == "a"
    assert course.companions[0].text("x/train.py") == "pass\n"


def test_settings_are_the_courses() -> None:
    """Whatever `Settings` knows."""
    course = course_of({"docs/a.md": ""}, site_url="https://a.test", words=["foo"], session="2026-02-01")
    assert course.site.url == "https://a.test/"
    assert course.settings.words == ["foo"]
    assert str(course.settings.session) == "2026-02-01"


def test_its_folder_goes_with_the_last_who_needs_it() -> None:
    """The course, or one of its companions."""
    course = course_of({"docs/a.md": ""}, companion={"a.py": "pass"})
    folder, companion = course.root, course.companions[0]
    del course
    gc.collect()
    assert companion.text("a.py") == "pass"
    del companion
    gc.collect()
    assert not folder.exists()


def test_what_is_no_course_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is wrong with it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(msgspec.ValidationError):
        course_of({"docs/a.md": ""}, words="foo")
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_the_test_stays(tmp_path: Path) -> None:
    """With what is in it already."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "b.md").write_text("# B", encoding="utf-8")
    course = course_of({"docs/a.md": ""}, root=tmp_path)
    assert list(course.pages) == ["docs/a.md", "docs/b.md"]
    del course
    gc.collect()
    assert (tmp_path / "docs" / "a.md").exists()


def test_a_page_alone() -> None:
    """With the usual extensions."""
    assert page_of("```bash\nls\n```").blocks[0].code == "ls"

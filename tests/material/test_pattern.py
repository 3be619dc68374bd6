"""Patterns of paths."""

from __future__ import annotations

import time

import pytest

from pytest_cloudlab.material.pattern import matches


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("docs/a.md", "docs/a.md"),
        ("docs/a.md", "docs/*.md"),
        ("docs/a.md", "docs/?.md"),
        ("docs/a.md", "docs/[ab].md"),
        ("docs/a.md", "**/*.md"),
        ("docs/b/c/a.md", "docs/**/a.md"),
        ("docs/a.md", "docs/**/a.md"),
        ("docs/b/a.md", "docs/b"),
        ("docs/b/a.md", "docs/b/"),
        ("docs/b/a.md", "docs"),
        ("docs/a.md", "./docs/a.md"),
        ("docs/a.md", "**"),
    ],
)
def test_a_pattern_names_files_and_folders(path: str, pattern: str) -> None:
    assert matches(path, pattern)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("docs/a.md", "a.md"),
        ("docs/a.md", "*.md"),
        ("docs/b/a.md", "docs/*.md"),
        ("docs/a.md", "docs/A.md"),
        ("docs/ab.md", "docs/?.md"),
        ("docs/a.md", "docs/a.md/b"),
        ("docs/a.md", "doc"),
        ("docs/a.md", "docs/**/b.md"),
        ("docs/a.md", "docs/[!a].md"),
    ],
)
def test_a_pattern_names_nothing_else(path: str, pattern: str) -> None:
    assert not matches(path, pattern)


def test_many_stars_take_no_time() -> None:
    """Each part of a pattern is held against each part of a path once."""
    began = time.process_time()
    assert not matches("a/" * 300 + "b", "**/a/" * 100 + "c")
    assert time.process_time() - began < 10

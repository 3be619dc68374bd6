from __future__ import annotations

import time

import pytest

from pytest_cloudlab.material.site.path_patterns import PathPatterns


@pytest.mark.parametrize(
    ("patterns", "path"),
    [
        ("a.md", "a.md"),
        ("a.md", "deep/er/a.md"),
        ("/a.md", "a.md"),
        ("drafts/", "drafts/a.md"),
        ("drafts", "x/drafts/y/a.md"),
        ("/drafts", "drafts/a.md"),
        ("*.tmp.md", "x/a.tmp.md"),
        ("x/*.md", "x/a.md"),
        ("x/**", "x/y/a.md"),
        ("**/y/a.md", "y/a.md"),
        ("x/**/a.md", "x/a.md"),
        ("x/**/a.md", "x/y/z/a.md"),
        ("?.md", "a.md"),
        ("[ab].md", "b.md"),
        ("[!x]*.md", "b.md"),
        ("# comment\n\n  a.md  ", "a.md"),
        ("\\#a.md", "#a.md"),
        ("*.md\n!a.md\na.md", "a.md"),
    ],
)
def test_covers(patterns: str, path: str) -> None:
    assert PathPatterns(patterns).cover(path)


@pytest.mark.parametrize(
    ("patterns", "path"),
    [
        ("", "a.md"),
        ("/", "a.md"),
        ("# a.md", "a.md"),
        ("a.md", "aa.md"),
        ("/a.md", "x/a.md"),
        ("drafts/", "drafts"),
        ("drafts/", "drafts.md"),
        ("x/*.md", "x/y/a.md"),
        ("x/*.md", "z/x/a.md"),
        ("x/**", "x"),
        ("x/y", "z/x/y"),
        ("?.md", "ab.md"),
        ("[ab].md", "c.md"),
        ("*.md\n!a.md", "a.md"),
        ("A.md", "a.md"),
    ],
)
def test_does_not_cover(patterns: str, path: str) -> None:
    assert not PathPatterns(patterns).cover(path)


@pytest.mark.parametrize("pattern", ["**/" * 200 + "b", "*a" * 100 + "b", "[" * 500, "*" * 5000])
def test_no_pattern_takes_long(pattern: str) -> None:
    started = time.monotonic()
    PathPatterns(pattern).cover("/".join(["a" * 200] * 20))
    assert time.monotonic() - started < 10

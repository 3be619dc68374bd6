from __future__ import annotations

import pytest

from pytest_cloudlab.material.companions.suggestion import MOST_GUESSES, NearPaths, meant


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("set-up", "setup"),
        ("Setup", "setup"),
        ("setpu", "setup"),
        ("21-build-the-image", "24-build-the-image"),
        ("etape-finale", "étape-finale"),
    ],
)
def test_what_was_meant(name: str, found: str) -> None:
    assert meant(name, ["setup", "24-build-the-image", "étape-finale", "other"]) == found


@pytest.mark.parametrize("name", ["", "up", "something-else", "setup-and-build-the-image", "x" * 10_000])
def test_nothing_comes_near(name: str) -> None:
    assert meant(name, ["setup", "24-build-the-image", "x" * 9_999]) == ""


def test_two_that_are_as_near_as_each_other() -> None:
    assert meant("step-3", ["step-1", "step-2"]) == ""


def test_the_same_name_elsewhere_comes_first() -> None:
    near = NearPaths(
        ["docs/a/run.md", "docs/b/rum.md", "docs/c/twice.md", "docs/d/twice.md", "docs/b/run.txt"]
    )
    assert near.path("docs/b/run.md", "x") == "docs/a/run.md"
    assert near.path("docs/b/rum1.md", "x") == "docs/b/rum.md"
    assert near.path("docs/twice.md", "x") == ""
    assert near.path("docs/b/rum1.png", "x") == ""


def test_each_page_has_so_many_guesses() -> None:
    near = NearPaths(["docs/setup.md"])
    found = [near.path("docs/set-up.md", "docs/a.md") for _ in range(MOST_GUESSES + 1)]
    assert (found[-2], found[-1]) == ("docs/setup.md", "")
    assert near.path("docs/set-up.md", "docs/b.md") == "docs/setup.md"

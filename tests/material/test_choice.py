"""Some of the rules, some of the pages."""

from __future__ import annotations

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.choice import chosen_paths, chosen_rules
from pytest_cloudlab.material.testing import course_of
from tests.material.gating import RULES

PATHS = ["docs/a.md", "docs/part/a.md", "docs/part/b.md", "docs/x1.md", "docs/x[1].md"]
COURSE = course_of({**dict.fromkeys(PATHS, "# A\n"), "slides/a.md": "# Deck\n"}, decks=["slides/*.md"])


@pytest.mark.parametrize(
    ("focus", "patterns", "left"),
    [
        ("docs/part", (), ["docs/part/a.md", "docs/part/b.md"]),
        ("docs/a.md", (), ["docs/a.md"]),
        ("docs/x[1].md", (), ["docs/x[1].md"]),
        ("", ("docs/*.md",), ["docs/a.md", "docs/x1.md", "docs/x[1].md"]),
        ("", ("a.md",), ["docs/a.md", "docs/part/a.md", "slides/a.md"]),
        ("", ("b.*", "docs/a.md"), ["docs/a.md", "docs/part/b.md"]),
        ("docs/part", ("a.md",), ["docs/part/a.md"]),
        ("docs", ("slides/*",), ["slides/a.md"]),
        ("slides", (), ["slides/a.md"]),
        ("", ("docs/part",), ["docs/part/a.md", "docs/part/b.md"]),
    ],
)
def test_pages_are_chosen_by_path_and_pattern(focus: str, patterns: tuple[str, ...], left: list[str]) -> None:
    wanted = chosen_paths(COURSE, focus, patterns)
    assert wanted is not None
    assert [path for path in COURSE.pages if wanted(path)] == left


@pytest.mark.parametrize("focus", ["", "docs"])
def test_all_are_wanted_of_a_folder_that_holds_the_site_s_pages(focus: str) -> None:
    """Its decks, its navigation and its baseline too."""
    assert chosen_paths(COURSE, focus) is None


def test_the_site_may_say_where_its_pages_are() -> None:
    course = course_of({"mkdocs.yml": "site_name: A\ndocs_dir: my/pages\n", "my/pages/a.md": "# A\n"})
    assert chosen_paths(course, "my/pages") is chosen_paths(course, "my") is None
    assert chosen_paths(course, "my/pages/a.md") is not None


@pytest.mark.parametrize(("focus", "patterns"), [("other", ()), ("", ("c.md",)), ("docs/a.md", ("b.md",))])
def test_a_choice_of_no_page_is_an_error(focus: str, patterns: tuple[str, ...]) -> None:
    """Nothing looked at would be green."""
    with pytest.raises(UsageError, match="no page of the course"):
        chosen_paths(COURSE, focus, patterns)


def test_a_course_without_pages_is_an_error() -> None:
    with pytest.raises(UsageError, match="there is no page in this course"):
        chosen_paths(course_of({}), "")


def test_rules_are_chosen_by_name() -> None:
    assert [rule.id for rule in chosen_rules(RULES, ["no-fish", "no-oops"])] == ["no-oops", "no-fish"]
    assert chosen_rules(RULES, []) == RULES
    with pytest.raises(UsageError, match=r"--only: there is no rule 'no-ops'\. Did you mean 'no-oops'"):
        chosen_rules(RULES, ["no-ops"])

"""What of a page is an alternative to something else on it."""

from __future__ import annotations

import textwrap

import pytest

from pytest_cloudlab.material.markdown.branch import Branch, branch_at
from pytest_cloudlab.material.testing import page_of


def _of(text: str, *words: str) -> list[Branch]:
    """The branches of the lines that have these words."""
    page = page_of(textwrap.dedent(text))
    return [
        branch_at(page, next(n for n, line in enumerate(page.lines, 1) if word in line)) for word in words
    ]


TABS = """\
# A

=== "One"

    first

    ```bash
    in one
    ```

=== "Two"

    second

After

=== "Three"

    third
"""


def test_tabs_of_a_group_exclude_each_other() -> None:
    first, code, second, after, third = _of(TABS, "first", "in one", "second", "After", "third")
    assert first.excludes(second)
    assert code.excludes(second)
    assert not first.excludes(code)
    assert not first.excludes(after)
    assert not first.excludes(third)


def test_tabs_within_tabs() -> None:
    text = '=== "A"\n\n    === "B"\n\n        one\n\n    === "C"\n\n        two\n\n=== "D"\n\n    three\n'
    one, two, three = _of(text, "one", "two", "three")
    assert one.excludes(two)
    assert one.excludes(three)
    assert two.excludes(three)


@pytest.mark.parametrize(
    ("label", "other"),
    [
        ("## Option A", "## Option B"),
        ("## Method 1: with Docker", "## Method 2: without"),
        ("## Windows", "## Linux"),
        ("**Option A: by hand**", "**Option B: with a script**"),
        ("**On Windows**", "**On macOS**"),
        ("- **Linux:** type", "- **Mac:** type"),
    ],
)
def test_options_exclude_each_other(label: str, other: str) -> None:
    first, second = _of(f"# A\n\n{label}\n\nfirst\n\n{other}\n\nsecond\n", "first", "second")
    assert first.excludes(second)


def test_options_end_with_their_section() -> None:
    text = "# A\n\n## Get it\n\n**Option A**\n\nfirst\n\n**Option B**\n\nsecond\n\n## Use it\n\nthird\n"
    first, third = _of(text, "first", "third")
    assert not first.excludes(third)
    assert not first.apart(third)


@pytest.mark.parametrize(
    "heading", ["Alternative: by hand", "Optional", "Bonus", "Troubleshooting", "Summary"]
)
def test_some_sections_are_aside(heading: str) -> None:
    first, second = _of(f"# A\n\n## Do it\n\nfirst\n\n## {heading}\n\nsecond\n", "first", "second")
    assert first.apart(second)
    assert not first.excludes(second)


@pytest.mark.parametrize(
    "before",
    [
        "Or:",
        "Alternatively, type",
        "If you use a Mac:",
        "Otherwise:",
        "You can also type",
        "On Windows:",
        "This, or",
    ],
)
def test_a_block_may_be_conditional(before: str) -> None:
    text = f"# A\n\n```bash\nfirst\n```\n\n{before}\n\n```bash\nsecond\n```\n\n```bash\nthird\n```\n"
    first, second, third = _of(text, "first", "second", "third")
    assert first.apart(second)
    assert not first.apart(third)


@pytest.mark.parametrize("before", ["Then:", "Origin of it all:", "Iffy as it is:", "Now type"])
def test_other_words_make_no_condition(before: str) -> None:
    first, second = _of(
        f"# A\n\n```bash\nfirst\n```\n\n{before}\n\n```bash\nsecond\n```\n", "first", "second"
    )
    assert not first.apart(second)


def test_asides() -> None:
    text = "# A\n\nfirst\n\n!!! note\n    second\n\n??? hint\n    third\n\nfourth\n\n> fifth\n"
    first, second, third, fourth, fifth = _of(text, "first", "second", "third", "fourth", "fifth")
    assert fourth.apart(fifth)
    assert first.apart(second)
    assert second.apart(third)
    assert not first.apart(fourth)

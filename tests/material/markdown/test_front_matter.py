"""What mkdocs takes off the top of a page."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.markdown.front_matter import end_of_front_matter


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("---\ntitle: A\n---\nText", 3),
        ("--- \ntitle: A\n...\nText", 3),
        ("---\n# first\ntitle:\n  - a\n---\n", 5),
        ('---\n"a b": c\n---\n', 3),
        ("---\n\nText\n\n---\n", 0),
        ("---\nText\n---\n", 0),
        ("---\n---\n", 0),
        ("---\ntitle: A\n", 0),
        ("\n---\ntitle: A\n---\n", 0),
        ("title: A\nauthor: B\n    and C\n\nText", 3),
        ("Note: this first line is taken off, too.\n", 1),
        ("A note: this is not.\n", 0),
        ("# A\n", 0),
        ("", 0),
    ],
)
def test_where_it_ends(text: str, end: int) -> None:
    """YAML between dashes if it is a table, or keys on the first lines."""
    assert end_of_front_matter(text.split("\n")) == end

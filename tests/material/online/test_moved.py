from __future__ import annotations

import pytest

from pytest_cloudlab.material.online.moved import is_news


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://example.org/a", "https://example.org/b"),
        ("https://old.example.org/a", "https://new.example.org/a"),
        ("https://example.org/guide/old-page", "https://example.org/"),
        ("https://example.org/a", "https://example.org/a/overview"),
    ],
)
def test_a_new_address_is_news(old: str, new: str) -> None:
    assert is_news(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://example.org/a", "https://example.org/a"),
        ("https://example.org/a", "https://www.example.org/a"),
        ("https://example.org/a", "https://example.org/a/"),
        ("https://example.org/a/", "https://example.org/a/index.html"),
        ("https://example.org/a", "https://example.org/en/a"),
        ("https://example.org/en-us/a", "https://example.org/fr-fr/a"),
        ("https://example.org/A", "https://example.org/a"),
        ("https://example.org/a", "https://example.org/a?tracked=1"),
        ("https://bit.ly/abc", "https://example.org/a"),
        ("https://doi.org/10.1/2", "https://example.org/a"),
        ("https://example.org/a", "https://accounts.example.org/b"),
        ("https://example.org/a", "https://example.org/login?next=a"),
    ],
)
def test_what_changes_nothing_is_none(old: str, new: str) -> None:
    assert not is_news(old, new)

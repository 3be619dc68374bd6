"""Addresses of pages, and pages of addresses."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.site.site import Site

FILES = frozenset(
    f"docs/{path}"
    for path in (
        "index.md",
        "build.md",
        "labs/index.md",
        "labs/one.md",
        "more/README.md",
        "img/a b.png",
        "deck/index.html",
        "deck/x.html",
    )
)


def site(*, directory_urls: bool = True, docs: str = "docs", files: frozenset[str] = FILES) -> Site:
    return Site(
        "Tides", "https://octo.github.io/tides/", docs, directory_urls, (), Markup.of({}), "mkdocs.yml",
        ("http://old.test/", "https://www.old.test/t/"), files,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("docs/index.md", ""),
        ("docs/build.md", "build/"),
        ("docs/labs/index.md", "labs/"),
        ("docs/labs/one.md", "labs/one/"),
        ("docs/more/README.md", "more/"),
        ("docs/img/a b.png", "img/a b.png"),
        ("docs/deck/x.html", "deck/x.html"),
    ],
)
def test_the_address_of_a_page(path: str, address: str) -> None:
    """A folder each; and back again."""
    assert site().address(path) == f"https://octo.github.io/tides/{address}"
    assert site().page_of(site().address(path)) == path


def test_addresses_that_are_files() -> None:
    """With `use_directory_urls: false`."""
    plain = site(directory_urls=False)
    assert plain.address("docs/labs/one.md") == "https://octo.github.io/tides/labs/one.html"
    assert plain.address("docs/labs/index.md") == "https://octo.github.io/tides/labs/index.html"
    assert plain.address("docs/index.md") == "https://octo.github.io/tides/index.html"
    assert plain.page_of("https://octo.github.io/tides/labs/one.html#x") == "docs/labs/one.md"
    assert plain.page_of("https://octo.github.io/tides/labs/") == "docs/labs/index.md"
    assert plain.page_of("https://octo.github.io/tides/labs/one/") is None


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://octo.github.io/tides", "docs/index.md"),
        ("http://OCTO.github.io/tides/build#run", "docs/build.md"),
        ("https://octo.github.io/tides/build/index.html?x=1", "docs/build.md"),
        ("https://octo.github.io/tides/img/a%20b.png", "docs/img/a b.png"),
        ("https://octo.github.io/tides/deck/", "docs/deck/index.html"),
        ("http://old.test/labs/one/", "docs/labs/one.md"),
        ("https://www.old.test/t/build/", "docs/build.md"),
        ("https://octo.github.io/tides/nothing/", None),
        ("https://octo.github.io/tides-and-more/", None),
        ("https://octo.github.io/", None),
        ("https://a.test/tides/build/", None),
        ("ftp://old.test/build/", None),
        ("https://[broken", None),
        ("build.md", None),
    ],
)
def test_the_page_of_an_address(address: str, path: str | None) -> None:
    """However it is written, and under every alias."""
    assert site().page_of(address) == path


def test_what_the_site_owns() -> None:
    """All below its address or an alias, whether it is there or not."""
    assert site().owns("https://octo.github.io/tides/nothing/")
    assert site().owns("http://old.test/x")
    assert not site().owns("https://octo.github.io/other/")
    assert not site().owns("build/")


def test_a_site_without_an_address() -> None:
    """Its pages are below its root, and no address is its own."""
    nowhere = Site("", "", ".", True, (), Markup.of({}), "", (), frozenset({"a.md"}))
    assert nowhere.address("a.md") == "a/"
    assert not nowhere.owns("a/")
    assert nowhere.page_of("https://a.test/a/") is None


def test_index_wins_over_readme() -> None:
    """As in mkdocs."""
    both = site(files=frozenset({"docs/README.md", "docs/index.md"}))
    assert both.page_of("https://octo.github.io/tides/") == "docs/index.md"

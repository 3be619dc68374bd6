"""Anyone may have written the page."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given, settings

from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.testing import page_of
from tests.material.growth import in_proportion
from tests.material.pages import fragments, pages

MARKUPS = (Markup.of(), Markup.of({}), Markup.of({"pymdownx.superfences": {"relaxed_headers": True}}))


def _holds_together(page: Page) -> None:
    """What every answer of the scanner has to be."""
    lines = page.lines
    scanned = page.scanned
    names = [block.name for block in scanned.blocks]
    assert len(set(names)) == len(names)
    assert [each.line for each in scanned.headings] == sorted(each.line for each in scanned.headings)
    assert all(1 <= number <= len(lines) for number in scanned.not_prose)
    for block in scanned.blocks:
        code = block.code.split("\n")
        for number, line in enumerate(code, 1):
            place = block.at(number)
            if line.strip() and block.kind != "html":
                written = lines[place.line - 1]
                assert written[place.column - 1 :] == line.lstrip(" ") or written.endswith(line.lstrip())
                assert place.line in scanned.not_prose


@settings(max_examples=300, deadline=None, derandomize=True)
@given(fragments())
def test_any_text_is_scanned(text: str) -> None:
    """No text makes the scanner fail, and blocks stand where they say, whatever the course's extensions."""
    for markup in MARKUPS:
        _holds_together(page_of(text, markup=markup))
    page = Page("deck.md", text, MARKUPS[0], "deck")
    _holds_together(page)
    _holds_together(Page("deck.html", f"<section data-markdown><textarea>{text}", MARKUPS[0], "deck"))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(pages())
def test_any_page_is_scanned(text: str) -> None:
    """Containers in containers as well."""
    _holds_together(page_of(text))


UNITS = (
    *(
        "# a\n",
        "# `a`\n\n",
        "> ",
        "> a\n",
        "- a\n",
        "- a\n    - b\n",
        "    ",
        "`",
        "```\n",
        "```a b\n",
        "~~~x\n```\n",
    ),
    *(
        "<div>",
        "<div>\n",
        "<div\n",
        "</div>\n",
        "<!--\n",
        "<!-- ",
        "<",
        '<div a="',
        "<div a=\n",
        "<div markdown>\n",
    ),
    *(
        "<div markdown>\n</div>\n",
        "<pre><code>\n",
        "<script>\n",
        "!!! note\n",
        "!!! note\n    ",
        "a\n: b\n",
        "[^1]: a\n",
    ),
    *(
        "[^1]: a\n\n    b\n\n",
        "---\n",
        "a|b\n-|-\n",
        "|",
        "[",
        "{#a}\n",
        "# a {#b}\n",
        "word ",
        "\t",
        '=== "a"\n',
        "1. ",
    ),
    *(
        '=== "a"\n\n    b\n\n',
        "> - ",
        "-",
        "=",
        "#",
        "####### #\\# \n",
        "\\",
        "\n",
        "a\n> ",
        "    a\nb\n",
        "a: b\n",
        " \n",
    ),
    *(
        "    a\nb\n```\n```\n",
        "- a\n\n    ```\n    x\n    ```\n\n",
        '??? "a\n',
        '!!! a "b" "',
        "[a]: b\n",
        "&amp;",
        "$",
    ),
    *(
        "<section data-markdown>",
        "<section data-markdown><textarea>\n",
        "<h1>",
        "<!-- .slide: data-src='",
        "<head>",
    ),
)


@pytest.mark.parametrize("kind", ["page", "markdown deck", "html deck"])
def test_time_is_linear_in_the_page(kind: str) -> None:
    """Eight times the text takes no more than about eight times as long, whatever is repeated."""

    def scan(unit: str, size: int) -> None:
        text = unit * (size // len(unit))
        page = page_of(text) if kind == "page" else Page(f"d.{kind.split()[0][:4]}", text, MARKUPS[0], "deck")
        assert page.scanned

    for unit in UNITS:
        in_proportion(functools.partial(scan, unit), 2_000)

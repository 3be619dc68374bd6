"""Markup that shows as it is written."""

from __future__ import annotations

import time

import pytest

from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.rules.markup import literal_markup
from pytest_cloudlab.material.testing import page_of

BARE = Markup.of({})


def found(text: str, markup: Markup | None = None):
    return [
        (each.place.line, each.place.column) for each in literal_markup(page_of(text, markup=markup), None)
    ]


@pytest.mark.parametrize(
    ("text", "place", "cause"),
    [
        ("<div>\nThis is **bold** text.\n</div>\n", (2, 9), "raw HTML"),
        ("<details>\n<summary>**More**</summary>\nText\n</details>\n", (2, 10), "raw HTML"),
        ("<table><tr><td>[the page](a.md)</td></tr></table>\n", (1, 16), "raw HTML"),
        ("<div>\n## A title\n</div>\n", (2, 1), "raw HTML"),
        ("<div>\n![a](b.png)\n</div>\n", (2, 1), "raw HTML"),
        ("This is **bold ** text.\n", (1, 9), "space"),
        ("** Bold** text.\n", (1, 1), "space"),
        ("See [the page] (https://example.org/a).\n", (1, 5), "space"),
        ("See [the page] (setup.md#one).\n", (1, 5), "space"),
        ("See (the page)[https://example.org/a].\n", (1, 5), "wrong way round"),
        ("Text\n| a | b |\n|---|---|\n| 1 | 2 |\n", (2, 1), "no blank line"),
        ("One.\n\n| a | b | c |\n|---|---|\n| 1 | 2 |\n", (3, 1), "3 headings stand over 2 columns"),
        ("A word { .red } in a line.\n", (1, 8), "attributes"),
    ],
)
def test_what_is_left_of_markup_is_found_with_its_cause(text, place, cause):
    """On the rendered page, where it is plain text."""
    (each,) = literal_markup(page_of(text), None)
    assert (each.place.line, each.place.column) == place
    assert cause in each.message


@pytest.mark.parametrize(
    ("text", "place", "extension"),
    [
        ("A ==marked== word.\n", (1, 3), "pymdownx.mark"),
        ("A ~~deleted~~ word.\n", (1, 3), "pymdownx.tilde"),
        ("- [ ] one\n- [x] two\n", (1, 1), "pymdownx.tasklist"),
        ("Press ++ctrl+c++ now.\n", (1, 7), "pymdownx.keys"),
        ("A :material-star: here.\n", (1, 3), "pymdownx.emoji"),
        ("[Go](a.md){ .md-button }\n", (1, 11), "attr_list"),
        ("A claim[^1].\n\n[^1]: So it is.\n", (1, 8), "footnotes"),
    ],
)
def test_an_extension_that_is_not_on_is_named(text, place, extension):
    """Where its markup shows first; with it, all is well."""
    each = next(literal_markup(page_of(text, markup=BARE), None))
    assert (each.place.line, each.place.column) == place
    assert f"`{extension}`" in each.message
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "This is **bold**, __bold too__ and *it*; **`code`** and **[a](b.md)**.\n",
        "Write `**bold**` and `[a](b)` and `- [ ]` and `==x==`.\n",
        "```markdown\n**bold** [a](b.md)\n| a |\n|---|\n- [ ] x\n```\n",
        '<div markdown="1">\n\n**bold** and [a](b.md)\n\n</div>\n',
        "<div>\n<b>bold</b>\n</div>\n",
        "Escaped \\*\\*stars\\*\\* and \\[a](b).\n",
        "Call f(**kwargs, **more) or a ** b ** c, 2**3**4.\n",
        "Files like **/*.py and src/**/a.py are found.\n",
        "If a==b==c or x == y == z, and a!==b.\n",
        "An array a[0](1), a [optional] (argument), and f(x)[0].\n",
        "See [1] (page 5) and (here)[see below].\n",
        "| a | b |\n|---|---|\n| **1** | [2](c.md) |\n",
        "Text\n\n---\n\nMore\n",
        "Title | Sub\n---\n\nText\n",
        "# One\n\n#hashtag and issue #5 and C# too.\n",
        "- [ ] one\n- [x] two\n",
        "A ==marked== ~~deleted~~ word, ++ctrl+c++ and :material-star:.\n",
        "# Title { #anchor }\n\n[Go](a.md){ .md-button }\n",
        "A claim[^1].\n\n[^1]: So it is.\n",
        "A claim[^1] without its footnote is another rule's.\n",
        "The pattern [^a-z] and [^0-9] match.\n",
        "A set {.5, .7} and {#} here.\n",
        "<img alt='**a**' src='b.png'>\n",
        "<!-- **a** [b](c) -->\n",
        "\\(a ** b ** c\\) and $x == y$\n",
        "~~~text\n~~a~~\n~~~\n",
        "!!! note\n    **Bold** [a](b.md)\n\n    - [ ] one\n",
        '??? note "x"\n    **Bold**\n',
        '=== "x"\n\n    **Bold**\n',
        "> **Bold** [a](b.md)\n",
        "Term\n:   **Bold** text\n",
        "**Note:** and **two words** and __three words here__.\n",
        "* **One**: text\n* **Two**: text\n",
        "Costs 5 ** per day ** or so\n",
        "[a][b]\n\n[b]: c.md\n",
        "[![a](b.png)](c.md)\n",
        "Version ~~1~~ 2, ~~~ and ~ home, ~/a and ~/b.\n",
    ],
)
def test_markup_code_and_look_alikes_are_left_alone(text):
    """The renderer takes the one for what it is; the other is text."""
    assert found(text) == []


def test_one_element_of_html_is_said_once():
    """However much is in it."""
    text = "<div>\n**one** and [two](a.md)\n\n**three**\n</div>\n"
    assert found(text) == [(2, 1)]


def test_the_work_is_linear():
    """Of what is opened and never closed, and of what is closed every time."""
    pieces = (
        "**a",
        "[a](",
        "==a",
        "|---",
        "{.a}",
        "**a**",
        "[a](b)",
        "(a)[",
        "- [ ] a\n",
        "[^1]",
        "<div>**a**",
    )
    for piece in pieces:
        page = page_of("<div>\n" + piece * 3000)
        assert page.rendered.html is not None
        start = time.process_time()
        list(literal_markup(page, None))
        assert time.process_time() - start < 60, piece

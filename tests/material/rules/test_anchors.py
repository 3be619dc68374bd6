"""Links to parts of pages, by the anchors that the course's own extensions make."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.anchors import broken_anchor
from pytest_cloudlab.material.testing import course_of
from tests.material.rules.told import ask, site_of, told

OTHER = """\
# The other page
## 2.1 Build the image
## Étape finale
## Twice
## Twice
## Named {#by-hand}
<a name="old"></a> <span id="span"></span>
Text[^1]

[^1]: A note.

=== "Linux"
    One
"""


def broken(text: str, mkdocs: str = "", **more: str) -> list[str]:
    return told(broken_anchor, site_of({"docs/a.md": text, "docs/b.md": OTHER, **more}, mkdocs))


@pytest.mark.parametrize(
    ("text", "line", "column", "anchor", "page", "near"),
    [
        ("# Run it\n\n[x](#runit2)", 3, 5, "#runit2", "this page", "#run-it"),
        ("[x](#nothing-like-it)", 1, 5, "#nothing-like-it", "this page", ""),
        ("[x](b.md#24-build-the-image)", 1, 5, "#24-build-the-image", "docs/b.md", "#21-build-the-image"),
        ("[x](b.md#Twice)", 1, 5, "#Twice", "docs/b.md", "#twice"),
        ("[x](b.md#twice_2)", 1, 5, "#twice_2", "docs/b.md", "#twice"),
        ("[x](b.md#named)", 1, 5, "#named", "docs/b.md", ""),
        ("[x](b.md#%C3%A9tape-finale)", 1, 5, "#étape-finale", "docs/b.md", "#etape-finale"),
        ("[x](../b/#gone)", 1, 5, "#gone", "docs/b.md", ""),
        ('<a href="../b/#gone">x</a>', 1, 10, "#gone", "docs/b.md", ""),
        ("[x](https://octo.github.io/course/b/#gone)", 1, 5, "#gone", "docs/b.md", ""),
        ("[x][y]\n\n[y]: b.md#gone", 3, 6, "#gone", "docs/b.md", ""),
        ("[x](b.md#gone:~:text=word)", 1, 5, "#gone", "docs/b.md", ""),
    ],
)
def test_an_anchor_that_is_not_there(
    text: str, line: int, column: int, anchor: str, page: str, near: str
) -> None:
    remedy = f"Did you mean {near}?" if near else "Write the anchor of one of its headings."
    assert broken(f"{text}\n") == [
        f"docs/a.md:{line}:{column} There is no {anchor} on {page}: the link leads to its top. | {remedy}"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Run it\n\n[x](#run-it)",
        "[x](#)",
        "[x](#top)",
        "[x](#__tabbed_1_1)",
        "[x](#__codelineno-0-1)",
        "[x](#:~:text=word)",
        "[x](b.md)",
        "[x](b.md#)",
        "[x](b.md#21-build-the-image)",
        "[x](b.md#etape-finale)",
        "[x](b.md#twice)",
        "[x](b.md#twice_1)",
        "[x](b.md#by-hand)",
        "[x](b.md#old)",
        "[x](b.md#span)",
        "[x](b.md#fn:1)",
        "[x](b.md#fnref:1)",
        "[x](b.md#__tabbed_1_1)",
        "[x](b.md#twice:~:text=word)",
        "[x](b.md?q=1#twice)",
        "[x](../b/#twice)",
        "[x](gone.md#gone)",
        "[x](https://octo.github.io/course/b/#twice)",
        "[x](https://octo.github.io/course/gone/#gone)",
        "[x](https://example.org/#gone)",
        "[x](mailto:a@b.example#gone)",
        "[x](talk.html#/3)",
        "[x](page.html#gone)",
        "![x](b.md#gone)",
        "`[x](#gone)`",
        "```\n[x](#gone)\n```",
        '<a href="#here">x</a> <div id="here"></div>',
        '<a name="here"></a> [x](#here)',
        "A paragraph\n{ #here }\n\n[x](#here)",
        "[x](b.md#{name})",
    ],
)
def test_an_anchor_that_is_there(text: str) -> None:
    """Or that is made elsewhere."""
    more = {"docs/page.html": "<h1>Page</h1>", "docs/talk.html": "<section></section>"}
    assert broken(f"{text}\n", **more) == []


def test_anchors_are_those_of_the_courses_own_extensions() -> None:
    """Here with accents, another separator, and as GitHub makes them."""
    slugify = "!!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}"
    unicode = f"markdown_extensions:\n  - toc:\n      slugify: {slugify}\n"
    assert broken("[x](b.md#étape-finale)\n", unicode) == []
    assert len(broken("[x](b.md#etape-finale)\n", unicode)) == 1
    under = "markdown_extensions:\n  - toc:\n      separator: _\n"
    assert broken("[x](b.md#21_build_the_image)\n", under) == []
    assert len(broken("[x](b.md#21-build-the-image)\n", under)) == 1


def test_where_the_gate_cannot_make_the_anchors() -> None:
    """A function of the course's own: only what comes very near is a slip."""
    own = "markdown_extensions:\n  - toc:\n      slugify: !!python/name:course.slugs.mine\n"
    assert broken("[x](b.md#h-21)\n", own) == []


ADDED = {
    "macros": ("plugins: [macros]\n", "{{ table }}"),
    "snippet": ("markdown_extensions: [pymdownx.snippets]\n", '--8<-- "part.md"'),
    "mkdocstrings": ("plugins: [mkdocstrings]\n", "::: app.server"),
    "unknown plugin": ("plugins: [made-up]\n", ""),
    "unknown extension": ("markdown_extensions: [made.up]\n", ""),
    "hook": ("hooks: [hooks.py]\n", ""),
}


@pytest.mark.parametrize("name", ADDED)
def test_anchors_that_may_come_with_the_build(name: str) -> None:
    """Only what comes very near to one that is there is a slip."""
    mkdocs, text = ADDED[name]
    files = {
        "hooks.py": "def on_page_markdown(markdown, **_):\n    return markdown\n",
        "docs/a.md": "[x](b.md#gone) [x](b.md#Twice)\n",
        "docs/b.md": f"{OTHER}\n{text}\n".replace("## Twice\n", "", 1),
    }
    assert [each.place.column for each in ask(broken_anchor, site_of(files, mkdocs))] == [20]


def test_only_the_page_that_gains_text_gains_anchors() -> None:
    assert len(broken("[x](b.md#gone) {{ table }}\n", "plugins: [macros]\n")) == 1


def test_without_mkdocs_githubs_anchors_are_right_too() -> None:
    text = "## C++ & Docker\n## Déjà vu\n## Same\n## Same\n"
    links = "[x](b.md#c--docker) [x](b.md#déjà-vu) [x](b.md#same-1) [x](b.md#same_1) [x](b.md#same-3)\n"
    found = ask(broken_anchor, course_of({"docs/a.md": links, "docs/b.md": text}))
    assert [each.place.column for each in found] == [77]
    assert len(broken(links, **{"docs/b.md": text})) == 4


@pytest.mark.parametrize("anchor", ["Run-it", "one", "one-more", "in-html", "3-steps"])
def test_without_mkdocs_all_that_may_be_made_of_a_heading_is_right(anchor: str) -> None:
    """Other makers of sites are less exact, and make headings of what stands in HTML."""
    text = "## Run it\n## One more: `try`\n<details>\n\n## In <b>HTML</b>\n</details>\n## 3\\. Steps\n"
    files = {"docs/a.md": f"[x](b.md#{anchor}) [x](b.md#none-of-these)\n", "docs/b.md": text}
    assert [each.place.column > 10 for each in ask(broken_anchor, course_of(files))] == [True]


def test_a_page_that_stands_alone_is_judged_by_its_own_anchors() -> None:
    course = course_of({"docs/a.md": "# Run\n[x](#run) [x](#walk) [x](gone.md#walk)\n"})
    assert [each.split()[0] for each in told(broken_anchor, course)] == ["docs/a.md:2:15"]


def test_decks_have_anchors_of_their_own() -> None:
    deck = "---\nseparator: '---'\n---\n# One\n[x](#/2) [x](#two) [x](../b.md#gone)\n"
    course = site_of(
        {"docs/slides/talk.md": deck, "docs/b.md": OTHER, "docs/a.md": "[x](slides/talk.md#two)\n"}
    )
    assert told(broken_anchor, course) == []

"""Blocks and headings of a page: where they stand, what they say, and what is prose."""

from __future__ import annotations

from textwrap import dedent

import pytest

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.testing import page_of


def page(text: str) -> Page:
    return page_of(dedent(text).strip("\n"))


def blocks(text: str) -> tuple[Block, ...]:
    return page(text).blocks


def test_a_fence_has_its_language_its_options_and_its_place() -> None:
    """The code's own first line and column are the block's; its language is in lower case."""
    (block,) = blocks(
        """
        # Build it

        ```Dockerfile title="Dockerfile" linenums="1"
        FROM debian

        RUN true
        ```
        """
    )
    assert block == Block(
        "docs/page.md", "fence", "dockerfile", 'title="Dockerfile" linenums="1"', "FROM debian\n\nRUN true",
        4, 1, "build-it", 1,
    )  # fmt: skip


def test_attributes_name_the_language_by_their_first_class() -> None:
    """`{.bash title=…}` is bash, and the rest is options."""
    (block,) = blocks('``` {.bash .annotate title="run me"}\nls\n```')
    assert (block.language, block.options) == ("bash", '.annotate title="run me"')


CONTAINERS = {
    "admonition": ('!!! note "T"\n\n    ```bash\n    ls\n      -l\n    ```', 4, 5, ("admonition",)),
    "details": ("??? tip\n    ```bash\n    ls\n      -l\n    ```", 3, 5, ("details",)),
    "open details": ("???+ tip\n    ```bash\n    ls\n      -l\n    ```", 3, 5, ("details",)),
    "tab": ('=== "Linux"\n\n    ```bash\n    ls\n      -l\n    ```', 4, 5, ("tab",)),
    "list": ("1. Run\n\n    ```bash\n    ls\n      -l\n    ```", 4, 5, ("list",)),
    "quote": ("> ```bash\n> ls\n>   -l\n> ```", 2, 3, ("quote",)),
    "html": ("<div>\n\n```bash\nls\n  -l\n```\n\n</div>", 4, 1, ("html",)),
    "html details": (
        "<details><summary>S</summary>\n\n  ```bash\n  ls\n    -l\n  ```\n</details>",
        4,
        3,
        ("details",),
    ),
    "html with Markdown": ("<div markdown>\n\n```bash\nls\n  -l\n```\n\n</div>", 4, 1, ("html",)),
    "all at once": (
        '!!! note\n    === "A"\n        1. Run\n\n'
        "            > ```bash\n            > ls\n            >   -l\n            > ```",
        6,
        15,
        ("admonition", "tab", "list", "quote"),
    ),
    "indented by a tab": ("!!! note\n\n\t```bash\n\tls\n\t  -l\n\t```", 4, 2, ("admonition",)),
}


@pytest.mark.parametrize(("text", "line", "column", "inside"), CONTAINERS.values(), ids=CONTAINERS.keys())
def test_a_fence_in_a_container(text: str, line: int, column: int, inside: tuple[str, ...]) -> None:
    """The container's indentation is taken off, and the block knows what it is in."""
    (block,) = page_of(text).blocks
    assert (block.language, block.code, block.closed) == ("bash", "ls\n  -l", True)
    assert (block.line, block.column, block.inside) == (line, column, inside)
    place = block.at(2, 3)
    assert page_of(text).lines[place.line - 1][place.column - 1 :] == "-l"


def test_lines_indented_in_different_ways_keep_their_columns() -> None:
    """A line that starts with a tab and one that starts with spaces are both found again."""
    text = "!!! note\n\n    ```bash\n\tls\n    pwd\n\n    ```"
    (block,) = page_of(text).blocks
    assert block.code == "ls\npwd\n"
    assert [(block.at(n).line, block.at(n).column) for n in (1, 2)] == [(4, 2), (5, 5)]


def test_tabs_stay_tabs() -> None:
    """A Makefile is shown as it is written, in a container as well."""
    (block,) = blocks("```make\nall:\n\tgcc a.c\n```")
    assert block.code == "all:\n\tgcc a.c"
    (block,) = page_of("!!! note\n    ```make\n    all:\n    \tgcc a.c\n    ```").blocks
    assert block.code == "all:\n\tgcc a.c"


def test_indented_code_is_a_block_without_a_language() -> None:
    """It goes on over blank lines, and less indentation ends it."""
    (block,) = page_of("Text:\n\n    ls\n\n      -l\n\nmore").blocks
    assert (block.kind, block.language, block.code) == ("indented", "", "ls\n\n  -l")
    assert (block.line, block.column) == (3, 5)


def test_code_in_html_is_a_block() -> None:
    """`<pre><code>`: entities and tags are resolved, the class names the language."""
    page = page_of('<pre><code class="language-bash">\nls &amp;&amp; <b>pwd</b>\n</code></pre>\n\nText')
    (block,) = page.blocks
    assert (block.kind, block.language, block.code, block.line) == ("html", "bash", "ls && pwd", 2)
    assert [line for _, line in page.prose] == ["", "Text"]


def test_a_fence_that_is_never_closed_goes_on_to_the_end_of_its_container() -> None:
    """An admonition ends it; what follows is prose again."""
    page = page_of("!!! note\n    ```bash\n    ls\n    pwd\n\nText\n\n```\nx\n```")
    first, second = page.blocks
    assert (first.closed, first.code, first.line, first.inside) == (False, "ls\npwd", 3, ("admonition",))
    # The line that gives it up opens no fence of its own, as in superfences.
    assert (second.closed, second.code, second.line) == (True, "x", 9)
    assert "Text" in [line for _, line in page.prose]


def test_at_the_top_of_a_page_it_takes_all_the_rest() -> None:
    """Its code is all that follows, and none of that is prose."""
    page = page_of("Text\n\n```bash\nls\n\nmore\n")
    (block,) = page.blocks
    assert (block.closed, block.code) == (False, "ls\n\nmore")
    assert [line for _, line in page.prose] == ["Text", "", ""]


def test_blocks_are_numbered_below_their_heading() -> None:
    """A block's name has the heading's slug and its number there, and no line."""
    page = page_of("```\na\n```\n# One\n```\nb\n```\n\n    c\n\n# One\n```\nd\n```")
    assert [block.name for block in page.blocks] == [
        "docs/page.md::top::1",
        "docs/page.md::one::1",
        "docs/page.md::one::2",
        "docs/page.md::one_1::1",
    ]


def test_headings_have_their_level_text_anchor_and_line() -> None:
    """ATX and setext; front matter, code and comments have none."""
    page = page_of(
        "---\ntitle: x\n---\n# A `b`\n\nC\n---\n\n## D {#own}\n\n```\n# e\n```\n\n"
        "<!--\n# f\n-->\n\n!!! note\n    ### G\n"
    )
    assert [(each.level, each.text, each.slug, each.line) for each in page.headings] == [
        (1, "A b", "a-b", 4),
        (2, "C", "c", 6),
        (2, "D", "own", 9),
        (3, "G", "g", 20),
    ]
    assert page.heading_at(8) == page.headings[1]


def test_an_anchor_that_an_attribute_list_took_is_not_given_again() -> None:
    """Ids of paragraphs and of HTML with Markdown inside count; those in code do not."""
    page = page_of(
        'Text\n{#a}\n\n# A\n\n<div id="b" markdown>\nx\n</div>\n\n# B\n\n'
        "`{#c}`\n\n# C\n\n[x](y){ #d }\n\n# D\n"
    )
    assert [each.slug for each in page.headings] == ["a_1", "b_1", "c", "d_1"]


def test_prose_is_what_is_left() -> None:
    """Neither fences with their marks, nor code, comments, scripts or front matter; inline code is prose."""
    text = """\
---
title: x
---
one `code`

```bash
ls
```

    indented

<!-- all of it -->
two <!-- not this --> three
<!--
never
seen --> four
<script>
five
</script>

<pre>
six
</pre>

!!! note
    <!-- nor
    this -->
    seven `<!--` eight
"""
    said = [line.strip() for _, line in page_of(text).prose if line.strip()]
    assert said == [
        "one `code`",
        "two <!-- not this --> three",
        "seen --> four",
        "!!! note",
        "seven `<!--` eight",
    ]


def test_a_fence_in_a_comment_is_none() -> None:
    """Students do not see it."""
    page = page_of("<!--\n```bash\nls\n```\n-->\n\n<div>\n<!--\n```\nx\n```\n-->\n</div>\n")
    assert page.blocks == ()
    assert [number for number, line in page.prose if line] == [7, 13]


def test_empty_pages() -> None:
    """Have nothing."""
    for text in ("", "\n", "---\n", "---\na: b\n---\n", "\x00"):
        scanned = page_of(text).scanned
        assert (scanned.blocks, scanned.headings) == ((), ())

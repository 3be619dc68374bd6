"""Decks, as reveal.js shows them."""

from __future__ import annotations

from textwrap import dedent

import pytest

from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.markdown.slides import is_deck
from pytest_cloudlab.material.page import Page

MARKDOWN = """\
---
title: Recap
separator: <!--s-->
verticalSeparator: <!--v-->
---

# Recap

* one
  ```bash [1|2]
  ls
    -l
  ```

<!--v-->

## Ports `8080` <!-- .element: class="fragment" -->

> ```py
> x = 1
> ```

https://a.test/x.

<!--s-->

<!-- .slide: data-background="img/back.png" id="end" -->
## Recap

![p](img/a.png) [b](../build.md#run)

    indented

```
never closed
"""

HTML = """\
<!doctype html>
<html>
<head>
  <link rel="stylesheet" href="css/a.css">
  <script>
    var a = 1;
  </script>
</head>
<body><div class="slides">
  <section id="first">
    <h2>Hello <em>you</em></h2>
    <pre><code class="hljs bash" data-trim>
ls &amp;&amp; pwd
    </code></pre>
    <img src="img/a.png" alt="A">
  </section>
  <section data-markdown data-separator="^\\n---\\n$">
    <textarea data-template>
      ## In Markdown

      ```yaml
      a:
        - b
      ```

      ---

      ### Next
      [c](d.md)
    </textarea>
  </section>
  <section data-markdown="other.md"></section>
  <section data-background-image='img/back.png'><h1>Bye</h1></section>
</div>
<script src="js/a.js"></script>
</body>
</html>
"""


def deck(text: str, path: str = "slides/deck.md") -> Page:
    return Page(path, text, Markup.of(), "deck")


def test_blocks_of_a_markdown_deck() -> None:
    """As GitHub has them: in lists at any indentation, to the end of the slide when never closed."""
    page = deck(MARKDOWN)
    said = [
        (each.kind, each.language, each.options, each.code, each.line, each.closed) for each in page.blocks
    ]
    assert said == [
        ("fence", "bash", "[1|2]", "ls\n  -l", 11, True),
        ("fence", "py", "", "x = 1", 20, True),
        ("indented", "", "", "indented", 32, True),
        ("fence", "", "", "never closed", 35, False),
    ]
    assert [each.inside for each in page.blocks] == [("list",), ("quote",), (), ()]
    assert [each.name for each in page.blocks] == [
        "slides/deck.md::recap::1",
        "slides/deck.md::ports-8080::1",
        "slides/deck.md::recap_1::1",
        "slides/deck.md::recap_1::2",
    ]
    place = page.blocks[0].at(2, 3)
    assert page.lines[place.line - 1][place.column - 1 :] == "-l"
    place = page.blocks[1].at(1)
    assert page.lines[place.line - 1][place.column - 1 :] == "x = 1"


def test_headings_of_a_markdown_deck() -> None:
    """With their lines; a slide's remarks are not part of them."""
    found = [(each.level, each.text, each.slug, each.line) for each in deck(MARKDOWN).headings]
    assert found == [
        (1, "Recap", "recap", 7),
        (2, "Ports 8080", "ports-8080", 17),
        (2, "Recap", "recap_1", 28),
    ]


def test_prose_of_a_deck() -> None:
    """Neither code, nor what stands between slides, nor front matter."""
    said = [line for _, line in deck(MARKDOWN).prose if line]
    assert said == [
        "# Recap",
        "* one",
        '## Ports `8080` <!-- .element: class="fragment" -->',
        "https://a.test/x.",
        "## Recap",
        "![p](img/a.png) [b](../build.md#run)",
    ]


def test_links_of_a_deck() -> None:
    """Addresses in the text are links, backgrounds are, too."""
    found = [(each.tag, each.target, each.line, each.column) for each in deck(MARKDOWN).rendered.links]
    assert sorted(found) == [
        ("a", "../build.md#run", 30, 21),
        ("a", "https://a.test/x", 23, 1),
        ("img", "img/a.png", 30, 6),
        ("section", "img/back.png", 27, 31),
    ]


def test_anchors_of_a_deck() -> None:
    """Slides by their number and by their id."""
    ids = deck(MARKDOWN).rendered.ids
    assert {"/0", "/0/0", "/0/1", "/1", "/1/0", "recap", "end", "/end"} <= ids
    assert not {"/0/2", "/2"} & ids


def test_an_html_deck() -> None:
    """What is HTML is read as HTML, what is Markdown as Markdown, each where it stands."""
    page = deck(HTML, "slides/deck.html")
    assert [(each.kind, each.language, each.code, each.line, each.column) for each in page.blocks] == [
        ("html", "bash", "ls && pwd", 13, 1),
        ("fence", "yaml", "a:\n  - b", 22, 7),
    ]
    assert [(each.level, each.text, each.line) for each in page.headings] == [
        (2, "Hello you", 11),
        (2, "In Markdown", 19),
        (3, "Next", 28),
        (1, "Bye", 33),
    ]
    places = {(each.tag, each.target, each.line) for each in page.rendered.links}
    assert places == {
        ("link", "css/a.css", 4),
        ("img", "img/a.png", 15),
        ("a", "d.md", 29),
        ("section", "other.md", 32),
        ("section", "img/back.png", 33),
        ("script", "js/a.js", 35),
    }
    assert "first" in page.rendered.ids
    assert "var a" not in page.rendered.text
    assert not any("var a" in line or "href" in line for _, line in page.prose)


def test_slides_without_a_word_on_separators() -> None:
    """Are between lines of dashes that stand alone; dashes in code that the deck splits do end the code."""
    page = deck("# A\n\n---\n\n# B\n\n----\n\nC\n---\n\n```yaml\na: 1\n\n---\n\nb: 2\n```\n")
    assert [each.text for each in page.headings] == ["A", "B", "C"]
    assert [(each.code, each.closed) for each in page.blocks] == [("a: 1", False), ("", False)]
    assert {"/0", "/1", "/1/1", "/2"} <= page.rendered.ids


@pytest.mark.parametrize(
    "separator",
    ["^\\r?\\n---\\r?\\n$", "'---'", "(a+)+$", "[", "", "---"],
    ids=["pattern", "quoted", "evil", "broken", "none", "plain"],
)
def test_separators_are_never_run_as_patterns(separator: str) -> None:
    """What stands for a line of dashes is that line; any other pattern counts as not given."""
    page = deck(f"---\nseparator: {separator}\n---\n\n# A\n\n---\n\n{'a' * 5000}!\n")
    assert "/1" in page.rendered.ids


def test_markdown_that_is_a_deck_says_so() -> None:
    """In its front matter."""
    assert is_deck(MARKDOWN)
    assert is_deck("---\nrevealOptions:\n  a: b\n---\n")
    assert not is_deck("---\ntitle: x\n---\nseparator: y\n")
    assert not is_deck("Text\n")


def test_an_empty_deck() -> None:
    """Has nothing."""
    for text in ("", "---\n", "---\n\n---"):
        assert deck(text).blocks == ()
        assert deck(text, "a.html").rendered.links == ()


def test_markdown_beside_the_tag() -> None:
    """A template that starts on the line of its tag keeps its columns."""
    page = deck(dedent("<section data-markdown><textarea>## A\n\n[b](c.md)</textarea></section>"), "a.html")
    assert [(each.text, each.line) for each in page.headings] == [("A", 1)]
    assert [(each.target, each.line, each.column) for each in page.rendered.links] == [("c.md", 3, 5)]

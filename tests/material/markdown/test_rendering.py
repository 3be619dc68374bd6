"""What the site makes of a page."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from pytest_cloudlab.material.markdown.link import Link
from pytest_cloudlab.material.markdown.rendering import Markup, Rendered
from pytest_cloudlab.material.testing import page_of


def rendered(text: str, extensions: dict[str, dict[str, object]] | None = None) -> Rendered:
    return page_of(text, markup=Markup.of(extensions)).rendered


def test_the_courses_own_extensions_make_the_html() -> None:
    """An admonition is one where the course asks for the extension, and text where it does not."""
    text = "!!! note\n    Read this."
    assert 'class="admonition note"' in rendered(text, {"admonition": {}}).html
    assert "!!! note" in rendered(text, {}).text


def test_anchors_are_ids_and_names() -> None:
    """Of headings, of elements with attributes, of raw HTML."""
    text = '# A b\n\nText\n{#own}\n\n<div id="raw"></div>\n\n<a name="old"></a>\n\n[x](y){ #link }'
    assert rendered(text).ids == {"a-b", "own", "raw", "old", "link"}


def test_headings_have_level_anchor_and_text() -> None:
    """Those of raw HTML are among them; permalinks leave no sign."""
    found = rendered('# A `b`\n\n<h2 id="c">C <b>d</b></h2>', {"toc": {"permalink": True}})
    assert found.headings == ((1, "a-b", "A b"), (2, "c", "C d"))
    assert found.links == ()


LINKS = {
    "a link": ("See [the *guide*](a.md#run) now.", Link("a", "href", "a.md#run", 1, 19, "the guide")),
    "a title": ('[x](a.md "Title")', Link("a", "href", "a.md", 1, 5, "x")),
    "spaces": ("[x](<a b.md>)", Link("a", "href", "a b.md", 1, 6, "x")),
    "brackets": ("[x](https://a.test/b_(c))", Link("a", "href", "https://a.test/b_(c)", 1, 5, "x")),
    "a picture": ("![alt text](img/a.png){ width=3 }", Link("img", "src", "img/a.png", 1, 13, "alt text")),
    "elsewhere": ("[x][1]\n\n[1]: http://a.test/b", Link("a", "href", "http://a.test/b", 3, 6, "x")),
    "an address": ("<https://a.test/>", Link("a", "href", "https://a.test/", 1, 2, "https://a.test/")),
    "an entity": ("[x](a?b=1&amp;c=2)", Link("a", "href", "a?b=1&c=2", 1, 5, "x")),
    "an ampersand": ("[x](a?b=1&c=2)", Link("a", "href", "a?b=1&c=2", 1, 5, "x")),
    "a frame": (
        '<iframe\n  width="3"\n  src="v.html"\n></iframe>',
        Link("iframe", "src", "v.html", 3, 8, ""),
    ),
    "a video": (
        '<video controls>\n  <source src="v.mp4" type="video/mp4">\n</video>',
        Link("source", "src", "v.mp4", 2, 16, ""),
    ),
    "a script": ("<script src='a.js'></script>", Link("script", "src", "a.js", 1, 14, "")),
    "a style": ('<link rel="stylesheet" href=a.css>', Link("link", "href", "a.css", 1, 29, "")),
    "html in text": ('Go <a href="a.md">there</a>', Link("a", "href", "a.md", 1, 13, "there")),
    "in a container": ("!!! note\n    [x](a.md)", Link("a", "href", "a.md", 2, 9, "x")),
    "in a quote": ("> [x](a.md)", Link("a", "href", "a.md", 1, 7, "x")),
    "in a table": ("| a |\n|---|\n| [x](a.md) |", Link("a", "href", "a.md", 3, 7, "x")),
    "behind front matter": ("---\na: b.md\n---\n[x](b.md)", Link("a", "href", "b.md", 4, 5, "x")),
    "mail": ("<me@a.test>", None),
    "empty": ("[x]()", Link("a", "href", "", 1, 5, "x")),
}


@pytest.mark.parametrize(("text", "link"), LINKS.values(), ids=LINKS.keys())
def test_a_link_knows_where_its_target_is_written(text: str, link: Link | None) -> None:
    """Line and column of the target itself."""
    found = rendered(text).links
    if link is None:
        assert [each.tag for each in found] == ["a"]
    else:
        assert found == (link,)


def test_links_to_the_same_place_are_each_where_they_stand() -> None:
    """The first at the first mention, the second at the second; mentions in code do not count."""
    text = "`[x](a.md)`\n\n```\n[x](a.md)\n```\n\n    [x](a.md)\n\n[x](a.md) and [y](a.md)\n\n[z](a.md)"
    places = [(each.line, each.column, each.text) for each in rendered(text).links]
    assert places == [(9, 5, "x"), (9, 19, "y"), (11, 5, "z")]


def test_links_that_extensions_make_are_left_out() -> None:
    """Footnotes, a table of contents, permalinks: nobody wrote them."""
    text = "[TOC]\n\n# A\n\nText[^1]\n\n[^1]: note"
    assert rendered(text, {"footnotes": {}, "toc": {"permalink": True}}).links == ()


def test_text_is_what_students_read() -> None:
    """A line for each paragraph, item or cell; code and pictures leave a sign that no pattern goes over."""
    text = (
        "# A\n\none\ntwo `x` three ![p](q)\n\n- **b**\n- c\n\n```\nd\n```\n\n"
        "| e | f |\n|---|---|\n| g | h |\n\n<script>i</script><!-- j -->\n"
    )
    assert rendered(text).text.split("\n") == ["A", "one two ￼ three ￼", "b", "c", "e", "f", "g", "h"]


def test_icons_of_themes_are_icons() -> None:
    """Material's are known by their name, without the theme; what is no icon stays text."""
    found = rendered(":material-rocket: :smile: :no-such-thing:", {"pymdownx.emoji": {}})
    assert found.text == ":no-such-thing:"


def test_extensions_that_are_not_there_are_remembered() -> None:
    """Nothing is imported but what is known; the others are named as the course names them."""
    markup = Markup.of(
        {"admonition": {}, "os": {}, "antigravity": {}, "mdx_math": {}, "pymdownx.nothing": {}}
    )
    assert markup.unknown == ("os", "antigravity", "mdx_math", "pymdownx.nothing")
    assert 'class="admonition' in markup.convert("!!! note\n    x")


def test_options_that_an_extension_does_not_know_cost_only_the_options() -> None:
    """The extension itself is there."""
    markup = Markup.of({"pymdownx.tasklist": {"no_such_option": True}})
    assert markup.unknown == ()
    assert "checkbox" in markup.convert("- [ ] x")


def test_configuration_imports_nothing_of_its_own() -> None:
    """Neither an extension nor a function that it names is imported, let alone called."""
    program = """
import sys
from pytest_cloudlab.material.markdown.rendering import Markup
markup = Markup.of({
    "this": {}, "antigravity:Extension": {}, "pymdownx.superfences": {"custom_fences": [
        {"name": "x", "class": "y", "format": {"call": "antigravity.geohash"},
         "validator": {"call": "os.system"}}]},
    "toc": {"slugify": {"call": "this.s"}}, "pymdownx.emoji": {"emoji_generator": {"call": "antigravity.x"}},
    "pymdownx.snippets": {"url_download": True}, "pymdownx.b64": {},
})
assert "<h1" in markup.convert("# A :smile:\\n\\n```x\\ny\\n```")
assert not {"this", "antigravity", "pymdownx.snippets", "pymdownx.b64"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    """Neither by the gate's words nor by reading a course are markdown, html5lib or YAML's parser loaded."""
    program = """
import sys
import pytest_cloudlab.plugin, pytest_cloudlab.material.reading, pytest_cloudlab.material.testing
import pytest_cloudlab.material.markdown.scanner, pytest_cloudlab.material.markdown.decks
assert not {"markdown", "pymdownx", "html5lib", "yaml", "markdown_it"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_page_travels_to_another_process() -> None:
    """With what is known of it, and able to find out the rest."""
    page = page_of("# A\n\n[x](y.md)\n\n```bash\nls\n```")
    fresh = pickle.loads(pickle.dumps(page))  # noqa: S301
    assert fresh.blocks == page.blocks
    assert fresh.rendered == page.rendered
    again = pickle.loads(pickle.dumps(page))  # noqa: S301
    assert again.__dict__.keys() >= {"scanned", "rendered"}
    assert again.headings == page.headings


def test_html_that_is_nested_wrongly_is_read_as_browsers_do() -> None:
    """And a page of nothing but that in no time."""
    assert rendered("<b><i>x</b></i> [y](z)\n\n<placeholder> [a](b)").links[0].target == "z"
    wrong = "".join(f"<b a{number}>" for number in range(20_000)) + "[y](z)"
    assert [link.target for link in rendered(wrong).links] == ["z"]


def test_what_markdown_itself_fails_on_is_an_empty_page() -> None:
    """A page is no reason to stop."""
    assert rendered("> " * 3000 + "x").links == ()

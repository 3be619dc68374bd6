"""HTML as browsers read it."""

from __future__ import annotations

import functools
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_cloudlab.material.markdown.html_reader import HtmlReader
from pytest_cloudlab.material.markdown.rendering import rendered
from pytest_cloudlab.material.markdown.target import Targets
from pytest_cloudlab.material.markdown.tree import text_of, tree_of
from tests.material.growth import in_proportion


def shape(root: Element) -> list[tuple[str, dict[str, str]]]:
    """Elements below the root, in their order, with what browsers add left out."""
    return [(each.tag, dict(each.attrib)) for each in root.iter() if each is not root and each.tag != "tbody"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p id='a'>b</p>", [("p", {"id": "a"})]),
        ("<br><img src=a.png alt='b'>", [("br", {}), ("img", {"src": "a.png", "alt": "b"})]),
        ("<video controls><source src='a'></video>", [("video", {"controls": ""}), ("source", {"src": "a"})]),
        ("<a href='?a=1&b=2&amp;c=3'>x</a>", [("a", {"href": "?a=1&b=2&c=3"})]),
        ("<IMG SRC='a'>", [("img", {"src": "a"})]),
        ("<ul><li>a<li>b</ul>", [("ul", {}), ("li", {}), ("li", {})]),
        ("a < b && c > d", []),
        ("<!-- <a href='x'> --><b>c</b>", [("b", {})]),
        ("<script>if (a<b) { '<a href=x>' }</script><i>c</i>", [("script", {}), ("i", {})]),
        ("<b><i>a</b></i>", [("b", {}), ("i", {})]),
        ("<your-name>", [("your-name", {})]),
        ("</div><p>a</p>", [("p", {})]),
        ("&nbsp;&rsquo;&nothing;&#8217;", []),
    ],
)
def test_elements_and_attributes(html: str, expected: list[tuple[str, dict[str, str]]]) -> None:
    """Whatever is left out that HTML lets one leave out."""
    assert shape(tree_of(html)) == expected


def test_a_document_type_defines_nothing() -> None:
    """Entities of a page's own are text, and so is what they stand for."""
    root = tree_of('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><p>&b;</p>')
    assert "root:" not in "".join(root.itertext())


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a <b>b</b>c\n d</p><p>e</p>", "a bc d\ne"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul>d</li></ul>", "a\nb\nc\nd"),
        ("<p>a<code>b</code>c<img src='d'>e<br>f</p><pre>g</pre>", "a￼c￼e\nf"),
        ("<p>a</p><!-- b --><style>c</style><script>d</script>e", "a\ne"),
    ],
)
def test_text_is_what_students_read(html: str, text: str) -> None:
    """Code, pictures and what is hidden leave a sign, or nothing."""
    assert text_of(tree_of(html)) == text


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "<b>",
                    "</b>",
                    "<p>",
                    "</p>",
                    "<div>",
                    "</div>",
                    "<br>",
                    "<a href='",
                    "'>",
                    "<!--",
                    "-->",
                    "<script>",
                ]
            ),
            st.sampled_from(
                ["&amp;", "&", "<", ">", '"', "<x/>", "</", "<![CDATA[", "<?", "<!", "a", " ", "\n", "="]
            ),
            st.text(max_size=3),
        ),
        max_size=30,
    ).map("".join)
)
def test_anything_is_read(html: str) -> None:
    """Without an error, by every reader."""
    assert HtmlReader(html).root is not None
    text_of(tree_of(html))


UNITS = (
    *(
        "<b>",
        "</b>",
        "<b></b>",
        "<br>",
        "<p>",
        "<a href='x'>",
        "<a href=x>y</a>",
        "<",
        "&",
        "<!--",
        "<script>",
        "<a ",
    ),
    *(
        "http://a.b ",
        "[x](y)",
        "](",
        "[a]: b\n",
        "<http://a.b>",
        "`",
        "`` ` ",
        "href=",
        'src="',
        "(",
        "a(b",
        "<x y=1>",
    ),
    *("<h1>", "<div class=toc>", "</", "<![CDATA[", "<?", "<!x", "word ", "\n", "href='x' ", "mailto:a@b "),
)


def test_time_is_linear_in_the_html() -> None:
    """Eight times as much takes no more than about eight times as long, whatever is repeated."""

    def render(unit: str, size: int) -> None:
        text = unit * (size // len(unit))
        rendered(text, Targets(text, ()), naked=True)

    for unit in UNITS:
        in_proportion(functools.partial(render, unit), 10_000)

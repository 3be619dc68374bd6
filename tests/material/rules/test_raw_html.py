"""Placeholders that the browser takes for HTML."""

from __future__ import annotations

import time

import pytest

from pytest_cloudlab.material.rules.raw_html import swallowed_placeholder
from pytest_cloudlab.material.testing import page_of


def found(text: str):
    return [
        (each.place.line, each.place.column, each.place.length)
        for each in swallowed_placeholder(page_of(text), None)
    ]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("Replace <username> by yours.\n", (1, 9, 10), "there is not"),
        ("Open http://localhost:<port>/lab now.\n", (1, 23, 6), "there is not"),
        ("Then ssh <your name>@host and go.\n", (1, 10, 11), "there is not"),
        ("Call it <my_app_name>.\n", (1, 9, 13), "there is not"),
        ("It is a List<String> of names.\n", (1, 13, 8), "the type"),
        ("Write <your-name> there.\n", (1, 7, 11), "custom"),
        ("Set the <title> of the page.\n\nMore text.\n", (1, 9, 7), "nor does what follows"),
        ("Give the <image> a tag.\n", (1, 10, 7), "element `image`"),
        ("- one\n- the <REGION> of yours\n", (2, 7, 8), "there is not"),
        ("| a | <host> |\n|---|---|\n| b | c |\n", (1, 7, 6), "there is not"),
        ("!!! note\n    Use <group> here.\n", (2, 9, 7), "there is not"),
        ("Press <Enter>, then <Esc>.\n", (1, 7, 7), "there is not"),
    ],
)
def test_a_placeholder_that_the_browser_swallows_is_found(text, place, message):
    """Once a line."""
    (each,) = swallowed_placeholder(page_of(text), None)
    assert (each.place.line, each.place.column, each.place.length) == place
    assert message in each.message


@pytest.mark.parametrize(
    "text",
    [
        "Replace `<username>` by yours.\n",
        "Replace <code>&lt;username&gt;</code> by yours.\n",
        "Replace &lt;username> by yours.\n",
        "Replace \\<username> by yours.\n",
        "```bash\nssh <username>@host\n```\n",
        "    ssh <username>@host\n",
        "Press <kbd>Enter</kbd><br>and go<br/>on.\n",
        "See <https://example.org> and <ada@example.org>.\n",
        "If a < b and c > d, all is well; 1 < 2 > 0.\n",
        "<!-- <username> -->\n",
        "<details><summary>More</summary>Text</details>\n",
        '<figure markdown="span">\n![a](b.png)\n</figure>\n',
        '<video width="320" controls>\n  <source src="a.mp4" type="video/mp4">\n</video>\n',
        '<swagger-ui src="a.json"/>\n',
        "<model-viewer>3D</model-viewer>\n",
        "The tags <answer> and </answer> are read.\n",
        '<svg viewBox="0 0 1 1"><path d="M0 0"/><g><circle r="1"/></g></svg>\n',
        "<center>\nText\n</center>\n",
        "Use `a` or ``<b>`` or `<c d>`.\n",
        "It is a `List<String>` of names.\n",
        "Paragraph<p>and another\n",
        "{{ <name> }}\n",
        "a <- b, x <= y, <3, <>, < name >\n",
    ],
)
def test_html_code_and_comparisons_are_left_alone(text):
    """They show as they are meant."""
    assert found(text) == []


def test_code_and_text_of_the_same_name_are_told_apart():
    """By what is escaped on the rendered page."""
    assert found("Use `<port>`, or\n\nthe <port> of yours.\n") == [(3, 5, 6)]


def test_the_work_is_linear():
    """With as many tags as there is room for."""
    text = "".join(f"<tag{index}> " + "\n" * (index % 5 == 0) for index in range(8000))
    page = page_of(text)
    assert page.rendered.html
    start = time.process_time()
    list(swallowed_placeholder(page, None))
    assert time.process_time() - start < 60

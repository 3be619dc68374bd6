"""Admonitions, collapsible blocks and tabs that do not open, or open empty."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.rules.admonitions import empty_admonition, lost_title, unopened_admonition
from pytest_cloudlab.material.testing import course_of, page_of

BARE = Markup.of({"pymdownx.superfences": {}})


def found(rule, text: str, markup: Markup | None = None):
    return [(each.place.line, each.place.column) for each in rule(page_of(text, markup=markup), None)]


@pytest.mark.parametrize(
    ("text", "place", "cause"),
    [
        ("!!! note 'Read'\n    this\n", (1, 1), "single quotation marks"),
        ("!!! note “Read”\n    this\n", (1, 1), "typographic quotation marks"),
        ('!!! note "Read\n    this\n', (1, 1), "not closed"),
        ("!!! note: Read\n    this\n", (1, 1), "not in quotation marks"),
        ('!!! "Read"\n    this\n', (1, 1), "no type"),
        ("!! note\n    this\n", (1, 1), "begins with `!!`"),
        ("!!!! warning\n    this\n", (1, 1), "begins with `!!!!`"),
        ("???? note\n    this\n", (1, 1), "begins with `????`"),
        ('One.\n\n=== Linux\n\n    ls\n\n=== "macOS"\n\n    ls\n', (3, 1), "not in quotation marks"),
        ("1. one\n\n   !!! note\n       this is it\n\n2. two\n", (3, 4), "indented by 3"),
        ("<div>\n!!! note\n    this is it\n</div>\n", (2, 1), "raw HTML"),
        ("> [!NOTE]\n> Read this.\n", (1, 3), "GitHub's"),
        (":::warning\nRead this.\n:::\n", (1, 1), "such containers"),
        ("::: tip\nRead this.\n:::\n", (1, 1), "such containers"),
    ],
)
def test_what_shows_as_text_is_found_with_its_cause(text, place, cause):
    """At the line that is to open it."""
    (each,) = unopened_admonition(page_of(text), None)
    assert (each.place.line, each.place.column) == place
    assert cause in each.message


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("!!! note\n    this\n\n!!! note\n    that\n", "admonition"),
        ("??? note\n    this\n", "pymdownx.details"),
        ('=== "Linux"\n\n    this\n', "pymdownx.tabbed"),
    ],
)
def test_an_extension_that_is_not_on_is_named_once(text, name):
    """Where its syntax shows first."""
    (each,) = unopened_admonition(page_of(text, markup=BARE), None)
    assert each.place.line == 1
    assert f"`{name}`" in each.message


@pytest.mark.parametrize(
    "text",
    [
        "!!! note\n    this\n",
        '!!! note "Read"\n    this\n',
        "!!!note\n    this\n",
        "!!! note inline end\n    this\n",
        "Text right above\n!!! note\n    this\n",
        '??? note "Read"\n    this\n',
        '???+ question\n    ??? info "More"\n        this\n',
        '=== "Linux"\n\n    this\n\n=== "macOS"\n\n    that\n',
        "1. one\n\n    !!! note\n        this\n\n2. two\n",
        '<div markdown="1">\n!!! note\n    this\n</div>\n',
        "```text\n!!! note 'x'\n    this\n!! note\n    this\n```\n",
        "Write `!!! note` and `> [!NOTE]` at the start.\n",
        "That is it !!!\n\n!!! Really\n",
        "Title\n=====\n\nOther\n===\n\nText\n",
        "Wow!! note that\n",
        "??? who knows\n",
        "> [!] note\n> [1] text\n",
        "::: package.module\n",
        "<!--\n!! note\n    this\n-->\n",
    ],
)
def test_what_opens_or_is_none_is_left_alone(text):
    """The rendered page tells."""
    assert found(unopened_admonition, text) == []


def test_alerts_are_left_to_those_who_read_them():
    """A plugin or an extension may."""
    text = "> [!NOTE]\n> Read this.\n"
    course = course_of({"docs/a.md": text, "mkdocs.yml": "site_name: A\nplugins:\n  - callouts\n"})
    assert list(unopened_admonition(course.pages["docs/a.md"], course)) == []
    course = course_of({"docs/a.md": text, "mkdocs.yml": "site_name: A\nplugins:\n  - search\n"})
    assert len(list(unopened_admonition(course.pages["docs/a.md"], course))) == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("!!! note\nthis\n", (1, 1)),
        ('!!! note "Read"\nthis\n', (1, 1)),
        ("!!! note\n  this\n", (1, 1)),
        ("!!! note\n\n  this\n", (1, 1)),
        ("!!! note\n\nthis\n", (1, 1)),
        ("!!! question\n\n```bash\nls\n```\n", (1, 1)),
        ("- one\n\n    !!! note\n    this\n", (3, 5)),
        ('??? note "Read"\n\nthis\n', (1, 1)),
        ('=== "Linux"\n\n```bash\nls\n```\n\n=== "macOS"\n\n    that\n', (1, 1)),
        ('=== "Linux"\n  ls\n', (1, 1)),
    ],
)
def test_text_that_is_not_indented_is_found(text, place):
    """The box shows empty."""
    assert found(empty_admonition, text) == [place]


@pytest.mark.parametrize(
    "text",
    [
        "!!! note\n    this\n",
        "!!! note\n\n    this\n",
        "!!! note\n\tthis\n",
        '!!! note "Only a title"\n\nOther text.\n',
        '!!! note "Only a title"\n',
        '!!! note "One"\n!!! note "Two"\n',
        "- one\n\n    !!! note\n        this\n",
        '=== "Linux"\n\n    ```bash\n    ls\n    ```\n',
        '??? note "Read"\n    - this\n',
        "!!! note\n    ```text\n    this\n    ```\n",
        "```text\n!!! note\nthis\n```\n",
        "!!! note ‘x’\nthis\n",
    ],
)
def test_boxes_with_text_and_titles_alone_are_left_alone(text):
    """A title may be all there is to say."""
    assert found(empty_admonition, text) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("!!! checklist for success\n    this\n", [(1, 1)]),
        ("!!! note Read this first\n    this\n", [(1, 1)]),
        ("??? tip Solution\n    this\n", [(1, 1)]),
        ("!!! note Solution\n    this\n", [(1, 1)]),
        ("!!! Note please\n    this\n", []),
        ("!!! note inline end\n    this\n", []),
        ("!!! danger highlight\n    this\n", []),
        ('!!! danger highlight blink "Mind"\n    this\n', []),
        ("!!! note\n    this\n", []),
        ('!!! note "Read this first"\n    this\n', []),
    ],
)
def test_a_title_without_quotation_marks_is_found(text, places):
    """Its words are taken for classes; a single one may be one."""
    assert found(lost_title, text) == places

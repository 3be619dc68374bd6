"""Lists that do not come out as they are written."""

from __future__ import annotations

import time

import pytest

from pytest_cloudlab.material.finding import Severity
from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.rules.lists import flattened_list, renumbered_list, run_on_list
from pytest_cloudlab.material.testing import page_of

FENCE = "```bash\nls\n```\n"
SANE = Markup.of({"sane_lists": {}, "pymdownx.superfences": {}})


def found(rule, text: str, markup: Markup | None = None):
    return [(each.place.line, each.place.column) for each in rule(page_of(text, markup=markup), None)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("To go on:\n- open it\n- close it\n", (2, 1)),
        ("To go on:\n1. open it\n2. close it\n", (2, 1)),
        ("Do this:\n* one\n", (2, 1)),
        ("There are two\n- one\n- two\n", (2, 1)),
        ("!!! note\n    Do this:\n    - one\n    - two\n", (3, 5)),
        ("- first:\n\n    Then that:\n    - one\n    - two\n", (4, 5)),
        (FENCE + "- one\n- two\n", (4, 1)),
        ("Do this:\n- [ ] one\n- [x] two\n", (2, 1)),
        ("1) one\n2) two\n", (1, 1)),
        ("Do this:\n• one\n• two\n", (2, 1)),
        ("Do this:\n- **one** and `two`\n- [a](b.md)\n", (2, 1)),
    ],
)
def test_a_list_without_a_blank_line_before_it_is_found(text, place):
    """Once, at its first item."""
    assert found(run_on_list, text) == [place]


@pytest.mark.parametrize(
    "text",
    [
        "To go on:\n\n- open it\n- close it\n",
        "# Steps\n- open it\n- close it\n",
        "- open it\n- close it\n",
        "- open it\n  and wait\n- close it\n",
        "- open it:\n    - one\n    - two\n",
        "It goes from one\n- by way of two\nto three.\n",
        "That was in\n2019. The year after\n",
        "> Do this:\n> - one\n",
        "```text\nDo this:\n- one\n- two\n```\n",
        FENCE + "\n- one\n- two\n",
        "| a |\n|---|\n| b |\n\n- one\n- two\n",
        "!!! note\n    - one\n    - two\n",
        "1) one\n\n2) two\n",
        "Costs:\n-5 and\n-6\n",
        "<ul>\n<li>one</li>\n</ul>\n\n- two\n- three\n",
    ],
)
def test_lists_and_lines_that_are_none_are_left_alone(text):
    """The rendered page tells."""
    assert found(run_on_list, text) == []


def test_lines_that_break_are_read_as_a_list():
    """With nl2br each item stands on a line of its own."""
    assert found(run_on_list, "Do this:\n- one\n- two\n", Markup.of({"nl2br": {}})) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"1. one\n\n{FENCE}\n2. two\n", (7, 1)),
        ("1. one\n\nLook at it.\n\n2. two\n3. three\n", (5, 1)),
        ("1. one\n2. two\n\n   ```bash\n   ls\n   ```\n\n3. three\n", (8, 1)),
        ("1. one\n\n!!! note\n    Mind it.\n\n2. two\n\n!!! note\n    That too.\n\n3. three\n", (6, 1)),
        ("1. one\n\n<!-- note -->\n\n2. two\n", (5, 1)),
        ("1. one\n\n## And then\n\n2. two\n", (5, 1)),
        ("!!! note\n    1. one\n\n    Look.\n\n    2. two\n", (6, 5)),
    ],
)
def test_a_list_that_starts_anew_is_found(text, place):
    """At the first step with another number."""
    assert found(renumbered_list, text) == [place]


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("1. one\n2. two\n3. three\n", None),
        ("1. one\n\n    ```bash\n    ls\n    ```\n\n2. two\n", None),
        ("1. one\n\n    Look at it.\n\n2. two\n", None),
        ("1. one\n\n2. two\n", None),
        ("1. one\ngoes on\n2. two\n", None),
        ("1. one\n    - a\n    - b\n2. two\n", None),
        ("1. one\n    1. a\n    2. b\n2. two\n    1. c\n", None),
        ("1. one\n\nText.\n\n1. again\n", None),
        ("1. one\n\nText.\n\n3. three\n", None),
        ("3. three\n", None),
        (f"1. one\n\n{FENCE}\n2. two\n", SANE),
        ("```text\n1. one\n\nx\n\n2. two\n```\n", None),
    ],
)
def test_lists_that_go_on_are_left_alone(text, markup):
    """And those whose numbers the renderer keeps."""
    assert found(renumbered_list, text, markup) == []


def test_the_finding_names_the_line_that_ends_the_list():
    """And by how much to indent."""
    (each,) = renumbered_list(page_of("1. one\n\nLook at it.\n\n2. two\n"), None)
    assert each.message == "Step 2 shows as 1: line 3, which is not indented, ends the list."
    assert each.remedy == "Indent what stands between the steps by 4 columns."


@pytest.mark.parametrize(
    ("text", "place", "severity"),
    [
        ("1. one\n   - a\n   - b\n2. two\n", (2, 4), Severity.ERROR),
        ("1. one\n  1. a\n2. two\n", (2, 3), Severity.ERROR),
        ("- one\n  - a\n  - b\n- two\n  - c\n", (2, 3), Severity.WARNING),
        ("- one\n    - a\n      - b\n", (3, 7), Severity.WARNING),
        ("* one\n\n  * a\n", (3, 3), Severity.WARNING),
    ],
)
def test_a_list_within_a_list_that_shows_on_its_level_is_found(text, place, severity):
    """Once for the whole list."""
    (each,) = flattened_list(page_of(text), None)
    assert (each.place.line, each.place.column, each.severity) == (*place, severity)


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("1. one\n    - a\n    - b\n2. two\n", None),
        ("- one\n\t- a\n\t- b\n", None),
        ("- one\n    - a\n        - b\n", None),
        ("- one\n - two\n", None),
        (" 9. nine\n10. ten\n", None),
        ("- one\n\nText\n\n  - two\n", None),
        ("```text\n- one\n  - a\n```\n", None),
        ("- one\n  goes on\n- two\n", None),
        ("1. one\n   2. two\n", None),
        ("- one\n  - a\n", Markup.of({"mdx_truly_sane_lists": {}})),
    ],
)
def test_lists_that_show_as_they_are_meant_are_left_alone(text, markup):
    """Four columns are enough, and one column is an accident."""
    assert found(flattened_list, text, markup) == []


def test_decks_are_left_alone():
    """Another renderer shows them."""
    page = page_of("- one\n  - a\n")
    deck = type(page)("deck.md", page.text, page.markup, "deck")
    assert list(flattened_list(deck, None)) == []


def test_the_work_is_linear():
    """In the number of items."""
    text = "".join(f"{' ' * (index % 60)}{index % 7}. step\n" for index in range(3000))
    page = page_of(text)
    assert page.scanned
    start = time.process_time()
    for rule in (run_on_list, renumbered_list, flattened_list):
        list(rule(page, None))
    assert time.process_time() - start < 60

"""Fences that do not open or close a block of code."""

from __future__ import annotations

import time

import pytest

from pytest_cloudlab.material.markdown.rendering import Markup
from pytest_cloudlab.material.rules.fences import unclosed_fence
from pytest_cloudlab.material.testing import page_of


def found(text: str, **options):
    return [(each.place.line, each.place.column) for each in unclosed_fence(page_of(text, **options), None)]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("One.\n\n```bash\nls\n\nTwo.\n", (3, 1), "never closes"),
        ("One.\n\n```bash\nls\n``\n", (3, 1), "never closes"),
        ("~~~\nls\n```\n", (1, 1), "never closes"),
        ("````text\nls\n```\n", (1, 1), "never closes"),
        ("1. one\n\n    ```bash\n    ls\n\n2. two\n", (3, 5), "never closes"),
        ("!!! note\n    ```bash\n    ls\n\nText\n```\n", (2, 5), "never closes"),
        ("```bash\nls\n\nText\n\n```bash\npwd\n```\n", (1, 1), "line 6 opens another"),
        ("```bash title=app.sh\nls\n```\n\nText\n", (1, 1), "`bash title=app.sh` is not understood"),
        ('```python hl_lines="1" extra\nx\n```\n', (1, 1), "not understood"),
    ],
)
def test_a_block_without_an_end_is_found_where_it_begins(text, place, message):
    """The first of a page only."""
    (each,) = unclosed_fence(page_of(text), None)
    assert (each.place.line, each.place.column) == place
    assert message in each.message


def test_an_option_without_quotation_marks_is_mended():
    """In the remedy."""
    (each,) = unclosed_fence(page_of("```bash linenums=1\nls\n```\n"), None)
    assert each.remedy == 'Write `linenums="1"`.'


def test_indented_fences_want_superfences():
    """Python-Markdown's own extension has them at the start of the line only."""
    markup = Markup.of({"fenced_code": {}})
    text = "1. one\n\n   ```bash\n   ls\n   ```\n"
    assert found(text, markup=markup) == [(3, 4)]
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "```bash\nls\n```\n",
        "```\nls\n```\n\n~~~text\na\n~~~\n",
        '``` bash title="a b" linenums="1" hl_lines="1 3-4"\nls\n```\n',
        "```{.python .annotate}\nx\n```\n",
        "````markdown\n```bash\nls\n```\n````\n",
        "~~~markdown\n```bash\nls\n```\n~~~\n",
        "- one\n\n    ```bash\n    ls\n    ```\n",
        "- one\n  ```bash\n  ls\n  ```\n",
        "> ```bash\n> ls\n> ```\n",
        '=== "A"\n\n    ```bash\n    ls\n    ```\n',
        "See ```code``` here.\n```code``` begins this line.\n",
        "```text\na ``` b\n```\n",
        "```python\ntext = '''\n~~~\n'''\n```\n",
        "Write `~~~` and `` ``` `` around code.\n",
        "```mermaid\ngraph LR\n```\n",
        "<details>\n\n```bash\nls\n```\n\n</details>\n",
    ],
)
def test_blocks_that_close_are_left_alone(text):
    """Whatever they are in, and whatever is in them."""
    assert found(text) == []


def test_decks_are_read_as_commonmark():
    """Their fences may say more, and have no containers."""
    deck = "---\nseparator: '---'\n---\n\n```js [1|2-3] data-trim\nx\n```\n"
    page = page_of(deck)
    assert list(unclosed_fence(type(page)("deck.md", deck, page.markup, "deck"), None)) == []
    wrong = deck + "\n```\ny\n"
    assert [
        each.place.line for each in unclosed_fence(type(page)("deck.md", wrong, page.markup, "deck"), None)
    ] == [9]


def test_the_work_is_linear():
    """With nothing but fences."""
    for text in ("```a\n" * 5000, "```\n" * 5001, "   ```a b\n" * 5000):
        page = page_of(text)
        assert page.blocks is not None
        start = time.process_time()
        list(unclosed_fence(page, None))
        assert time.process_time() - start < 60

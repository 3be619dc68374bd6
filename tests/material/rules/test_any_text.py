"""Rules about what students see, on any text."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_cloudlab.material.rule import rules_of
from pytest_cloudlab.material.rules import (
    admonitions,
    dated_facts,
    duplicate_packages,
    fences,
    http_links,
    lists,
    markup,
    mojibake,
    raw_html,
    stale_dates,
    typos,
)
from pytest_cloudlab.material.testing import course_of, page_of

MODULES = (
    *(admonitions, dated_facts, duplicate_packages, fences, http_links, lists, markup),
    *(mojibake, raw_html, stale_dates, typos),
)
RULES = [rule for module in MODULES for rule in rules_of(module)]
PIECES = (
    *("- ", "* ", "1. ", "2. ", "1) ", "• ", "    ", "  ", "\t", "\n", "\n\n", "# ", "## ", "> ", ": ", "| "),
    *("---", "===", "**", "__", "==", "~~", "`", "``", "```", "```bash", "~~~", "[a](b.md)", "[a] (b.md)"),
    *("(a)[b.md]", "![", "](", "!!! note", "!!! ", "??? tip", '=== "A"', "> [!NOTE]", ":::note", '"'),
    *("- [ ] ", "[^1]", "{.a}", "{{", "}}", "$", "<div>", "</div>", "<name>", "<title>", "<details>", "<!--"),
    *("-->", "<pre>", "\\", "\\(", "&lt;", "|---|", "one", "two words", "the the", "teh", "http://a.org"),
    *("as of 2019", "FROM python:3.6", "eu.gcr.io/a", "pip install a a", "Ã©", "â€™", "√†", "ðŸ”", "\ufffd"),
    *("\ue000", "\ue002", "\x02", "\x03", "\xa0"),
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))


@pytest.fixture(scope="module")
def course():
    return course_of({"docs/a.md": "# A\n"})


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
@example(text="```")
@example(text="\x03```")
def test_any_text_is_judged(course, text):
    """Without an error, and what is found has a place on the page."""
    page = page_of(text)
    for rule in RULES:
        for each in rule.find(page, course):
            assert 1 <= each.place.line <= len(page.lines)
            assert 1 <= each.place.column <= len(page.lines[each.place.line - 1]) + 1
            assert each.message.endswith(".")
            assert "\n" not in each.message


@pytest.mark.parametrize(
    "piece", ["- a\n", "1. a\n\n", "a\n", "!!! note\n", "<a ", "`", "**a** ", "the the ", "http://a.b ", "Ã"]
)
def test_long_pages_are_judged_in_time(course, piece):
    """Twice the page takes about twice the time; here it is enough that it ends soon."""
    page = page_of(piece * 4000)
    assert page.rendered.html is not None
    assert page.blocks is not None
    start = time.process_time()
    for rule in RULES:
        list(rule.find(page, course))
    assert time.process_time() - start < 60

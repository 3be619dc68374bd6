"""Paragraphs and the code in them."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from pytest_cloudlab.material.markdown.paragraph import paragraphs_of
from pytest_cloudlab.material.testing import page_of


def test_items_rows_and_headings_are_paragraphs_of_their_own():
    """A stray backtick in one of them does not reach the next."""
    page = page_of("# One\nText\nmore.\n- a `b\n- c` d\n\n| e |\n| f |\n")
    assert [(each.line, each.text) for each in paragraphs_of(page)] == [
        (1, "# One\nText\nmore."),
        (4, "- a `b"),
        (5, "- c` d"),
        (7, "| e |"),
        (8, "| f |"),
    ]
    assert all(not each.spans for each in paragraphs_of(page))


def test_code_comments_and_formulas_are_blank_in_plain_text():
    """And their places are those of the text."""
    text = "Set `a b` and ``c ` d`` <!-- no --> to <kbd>x</kbd>, $y^2$ or {{ z }}."
    (paragraph,) = paragraphs_of(page_of(text))
    assert paragraph.plain.split() == ["Set", "and", "to", ",", "or", "."]
    assert len(paragraph.plain) == len(text)
    assert [(span.text, span.start) for span in paragraph.spans] == [("a b", 5), ("c ` d", 16), ("x", 44)]


def test_prices_are_no_formulas():
    """`$5 and $7` is money."""
    (paragraph,) = paragraphs_of(page_of("It costs $5 and then $7 a day."))
    assert paragraph.plain == paragraph.text


def test_code_over_two_lines_has_its_place():
    """On the line where it begins."""
    (paragraph,) = paragraphs_of(page_of("One\ntwo `three\nfour` five"))
    place = paragraph.at(paragraph.spans[0].start)
    assert (place.line, place.column) == (2, 6)


def test_blocks_are_not_in_it():
    """Only prose is."""
    assert [each.text for each in paragraphs_of(page_of("a\n```text\nb\n```\nc\n"))] == ["a", "c"]


def test_sentences_know_where_they_begin():
    """In the text of the paragraph."""
    (paragraph,) = paragraphs_of(page_of("Run it. Then `stop` it, e.g. now. End"))
    assert [start for start, _ in paragraph.sentences] == [0, 8, 34]
    assert paragraph.sentence_at(15)[0] == 8


@given(st.text(alphabet="a`\\$<!->{}%\n |#*1.", max_size=200))
def test_any_text_is_taken_apart(text):
    """Blanks never change the length."""
    for paragraph in paragraphs_of(page_of(text)):
        assert len(paragraph.plain) == len(paragraph.text)
        assert "".join(sentence for _, sentence in paragraph.sentences) == paragraph.plain


def test_the_work_is_linear():
    """Whatever is opened and never closed."""
    for piece in ("`a", "``a`", "<!--", "<code>", "$a ", "{{", "\\(", "a. A"):
        start = time.process_time()
        for paragraph in paragraphs_of(page_of(piece * 20_000)):
            assert paragraph.plain
            assert paragraph.spans is not None
        assert time.process_time() - start < 60, piece
